/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustMeans;

/**
 * What became of a decision about a key.
 *
 * @param devices those that have it.
 * @param means by which it was decided about.
 * @param policy whether no decision is left, so that the policy says what the key is worth.
 */
record DecidedKey(TrustKey key, List<DeviceId> devices, TrustChange change, TrustMeans means, boolean policy) {
    DecidedKey {
        devices = List.copyOf(devices);
    }

    /** A person decides. */
    static DecidedKey decide(OmemoManager omemo, TrustKey key, Decision decision, String reason) throws StoreException {
        TrustChange change = omemo.trust().decide(key, decision, reason);
        return new DecidedKey(key, new KnownKeys(omemo).devicesWith(key), change, TrustMeans.PERSON, false);
    }

    /** A person takes the newest decision back. */
    static DecidedKey undo(OmemoManager omemo, TrustKey key, String reason) throws StoreException {
        TrustChange change = omemo.trust().undo(key, reason);
        boolean policy = change instanceof TrustChange.Changed
                && omemo.trust().journal(key.jid(), Integer.MAX_VALUE).stream()
                        .filter(entry -> entry.means() == TrustMeans.UNDO)
                        .filter(entry -> entry.fingerprint()
                                .filter(key.fingerprint()::equals)
                                .isPresent())
                        .findFirst()
                        .flatMap(TrustEntry::to)
                        .isEmpty();
        return new DecidedKey(key, new KnownKeys(omemo).devicesWith(key), change, TrustMeans.UNDO, policy);
    }

    /** For people; of one that was refused, its change has the sentence. Where a decision leaves the level as it was, it was the policy's before. */
    String words() {
        if (change instanceof TrustChange.Changed changed) {
            return changed.to().words()
                    + (changed.from() != changed.to()
                            ? " (was " + changed.from().words() + ")"
                            : means == TrustMeans.UNDO ? " (the decision is undone)" : ", by your decision");
        }
        return change instanceof TrustChange.Unchanged unchanged
                ? unchanged.level().words() + " (as before)"
                : "";
    }
}
