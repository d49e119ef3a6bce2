/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Secret;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/** The messages that wait to be sent: rows in the store, counted in memory. Writes happen under the engine's lock, {@link #holds} at any time. */
final class Parking {
    private final Map<BareJid, Integer> waiting = new ConcurrentHashMap<>();

    /** Those of them that are no trust messages. */
    private final Map<BareJid, Integer> messages = new ConcurrentHashMap<>();

    private long next;

    Parking(OmemoStore store) throws StoreException {
        recount(store);
    }

    /** Somebody else may have written to the store. */
    void recount(OmemoStore store) throws StoreException {
        List<ParkedRecord> all = store.parked();
        for (ParkedRecord parked : all) {
            next = Math.max(next, parked.number() + 1);
        }
        recount(waiting, all.stream());
        recount(messages, all.stream().filter(parked -> !TrustNews.isOne(parked)));
    }

    private static void recount(Map<BareJid, Integer> counts, Stream<ParkedRecord> rows) {
        Map<BareJid, Integer> counted = rows.collect(Collectors.toMap(ParkedRecord::to, parked -> 1, Integer::sum));
        counts.putAll(counted);
        counts.keySet().retainAll(counted.keySet());
    }

    boolean holds(BareJid to) {
        return waiting.containsKey(to);
    }

    int count() {
        return waiting.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** @param trust what binds it from the start. */
    ParkedRecord park(
            Step step,
            BareJid to,
            String stanzaId,
            String stanza,
            EncryptionPolicy policy,
            Optional<FormerPolicy> trust) {
        return park(step, to, stanzaId, stanza, policy.name(), trust, step.now());
    }

    /** One that no policy of trust binds. @param written when the message says that it was. */
    ParkedRecord park(Step step, BareJid to, String stanzaId, String stanza, String policy, Instant written) {
        return park(step, to, stanzaId, stanza, policy, Optional.empty(), written);
    }

    private ParkedRecord park(
            Step step,
            BareJid to,
            String stanzaId,
            String stanza,
            String policy,
            Optional<FormerPolicy> trust,
            Instant written) {
        ParkedRecord parked = new ParkedRecord(
                next++, // a step that is not committed leaves a gap
                to,
                stanzaId,
                Secret.of(stanza.getBytes(StandardCharsets.UTF_8)),
                Optional.empty(),
                policy,
                trust.map(FormerPolicy::text),
                0,
                written);
        step.write(new Changes.PutParked(parked));
        step.flush();
        step.afterCommit(() -> {
            waiting.merge(to, 1, Integer::sum);
            if (!TrustNews.isOne(parked)) {
                messages.merge(to, 1, Integer::sum);
            }
        });
        return parked;
    }

    /** What waits there needs a decision, or keys that may need one: unless it has before, it keeps what the policies say now. */
    void bind(Step step, BareJid to, FormerPolicy trust) throws StoreException {
        if (!holds(to)) {
            return;
        }
        for (ParkedRecord parked : step.store().parked(to, -1L)) {
            if (parked.trust().isEmpty()) {
                write(step, parked.withTrust(trust.text()));
                step.flush();
            }
        }
    }

    void write(Step step, ParkedRecord changed) {
        step.write(new Changes.PutParked(changed));
    }

    /** @return the conversation in which nothing waits any more after this but trust messages, if that is so. */
    Optional<BareJid> unpark(Step step, long number) throws StoreException {
        Optional<ParkedRecord> parked = step.store().parked(number);
        if (parked.isEmpty()) {
            return Optional.empty();
        }
        BareJid to = parked.get().to();
        boolean news = TrustNews.isOne(parked.get());
        step.write(new Changes.DeleteParked(number));
        step.afterCommit(() -> {
            countDown(waiting, to);
            if (!news) {
                countDown(messages, to);
            }
        });
        return !news && messages.getOrDefault(to, 0) == 1 ? Optional.of(to) : Optional.empty();
    }

    private static void countDown(Map<BareJid, Integer> counts, BareJid to) {
        counts.computeIfPresent(to, (jid, count) -> count == 1 ? null : count - 1);
    }
}
