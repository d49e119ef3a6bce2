/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.omemo4j.crypto.X25519PublicKey;

/**
 * One session's skipped keys and closed chains in memory, for those who use this package without a store.  Not safe for several
 * threads at once.
 */
public final class SkippedMessageKeys {

    private final Map<SkippedKeyId, SkippedMessageKey> rows = new LinkedHashMap<>();
    private final Map<X25519PublicKey, ClosedChain> closedChains = new LinkedHashMap<>();

    /** What is here for the row that {@link DoubleRatchet#lookup} asked for. */
    public StoredKeys find(Optional<SkippedKeyId> wanted) {
        return wanted.map(id ->
                        new StoredKeys(Optional.ofNullable(rows.get(id)), closedChains.containsKey(id.ratchetKey())))
                .orElse(StoredKeys.NONE);
    }

    /** Takes over what a step changed; only after its message has opened. */
    public void commit(Incoming step) {
        step.used().ifPresent(rows::remove);
        step.added().forEach(row -> rows.put(row.id(), row));
        dropOldest(rows.values().iterator(), row -> row.number() < step.dropBelow());
        step.closed().ifPresent(chain -> closedChains.put(chain.ratchetKey(), chain));
        dropOldest(closedChains.values().iterator(), chain -> chain.number() < step.dropClosedBelow());
    }

    /** How many skipped keys are here. */
    public int size() {
        return rows.size();
    }

    /** Numbers ascend in the order of arrival, so the first one that stays ends the search. */
    private static <T> void dropOldest(Iterator<T> oldestFirst, Predicate<T> goes) {
        while (oldestFirst.hasNext() && goes.test(oldestFirst.next())) {
            oldestFirst.remove();
        }
    }
}
