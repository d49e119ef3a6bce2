/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Secret;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/** The messages that wait to be sent: rows in the store, counted in memory. Writes happen under the engine's lock, {@link #holds} at any time. */
final class Parking {
    private final Map<BareJid, Integer> waiting = new ConcurrentHashMap<>();
    private long next;

    Parking(OmemoStore store) throws StoreException {
        recount(store);
    }

    /** Somebody else may have written to the store. */
    void recount(OmemoStore store) throws StoreException {
        Map<BareJid, Integer> counted = new HashMap<>();
        for (ParkedRecord parked : store.parked()) {
            counted.merge(parked.to(), 1, Integer::sum);
            next = Math.max(next, parked.number() + 1);
        }
        waiting.putAll(counted);
        waiting.keySet().retainAll(counted.keySet());
    }

    boolean holds(BareJid to) {
        return waiting.containsKey(to);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    ParkedRecord park(Step step, BareJid to, String stanzaId, String stanza, EncryptionPolicy policy) {
        ParkedRecord parked = new ParkedRecord(
                next,
                to,
                stanzaId,
                Secret.of(stanza.getBytes(StandardCharsets.UTF_8)),
                Optional.empty(),
                policy.name(),
                0,
                step.now());
        step.write(new Changes.PutParked(parked));
        step.flush();
        step.afterCommit(() -> {
            next = parked.number() + 1;
            waiting.merge(to, 1, Integer::sum);
        });
        return parked;
    }

    void write(Step step, ParkedRecord changed) {
        step.write(new Changes.PutParked(changed));
    }

    void unpark(Step step, long number) throws StoreException {
        Optional<ParkedRecord> parked = step.store().parked(number);
        if (parked.isPresent()) {
            BareJid to = parked.get().to();
            step.write(new Changes.DeleteParked(number));
            step.afterCommit(() -> waiting.computeIfPresent(to, (jid, count) -> count == 1 ? null : count - 1));
        }
    }
}
