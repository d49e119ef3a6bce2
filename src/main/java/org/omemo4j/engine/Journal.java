/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.store.Changes;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;

/**
 * Messages that were read or sent not long ago, in clear, so that one that comes again by a way on which that is nothing unusual reads again. In memory, for a day at most; in the store
 * instead, once somebody has asked for it. It knows no keys. Used under the engine's lock.
 */
final class Journal {
    /** Messages in memory, oldest out first: about what a day brings, and what an archive's pages bring twice. */
    static final int MAX_MESSAGES = 1000;

    /** How long a message stays in memory; looked at with each message and each maintenance. */
    static final Duration MAX_AGE = Duration.ofHours(24);

    /** Bytes of memory that these messages may take. Bounds what a peer with large messages can make us hold. */
    static final long MAX_WEIGHT = 8 * 1024 * 1024;

    /** How long an application may have messages kept: what a store can hold. */
    static final Duration LONGEST_RETENTION = Duration.ofDays(200 * 365);

    private final Map<Bytes, JournalEntry> remembered = new LinkedHashMap<>();
    private final Reflections reflections = new Reflections();
    private long weight;
    private Duration retention;

    Journal(OmemoStore store) throws StoreException {
        this.retention = store.retention();
    }

    /** Somebody else has written to the store. What is in memory stays true. */
    void reload(OmemoStore store) throws StoreException {
        retention = store.retention();
    }

    /** Which of the messages that were sent to rooms have not come back yet. */
    Reflections reflections() {
        return reflections;
    }

    /** A message is read or sent in this step. */
    void add(Step step, JournalEntry entry) {
        if (isInStore()) {
            step.write(new Changes.PutJournal(JournalCodec.encode(entry)));
        } else {
            step.afterCommit(() -> remember(entry));
        }
    }

    Optional<JournalEntry> find(Step step, Bytes hash) throws StoreException {
        if (isInStore()) {
            Optional<JournalRecord> row = step.store().journal(hash);
            Instant oldest = step.now().minus(retention);
            return row.isPresent() && !row.get().written().isBefore(oldest)
                    ? Optional.of(JournalCodec.decode(row.get()))
                    : Optional.empty();
        }
        forgetOld(step.now());
        return Optional.ofNullable(remembered.get(hash));
    }

    /** Keeps messages in the store for so long from now on, the ones in memory too; or, for zero, deletes them there. */
    void retain(Step step, Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST_RETENTION) > 0) {
            throw new IllegalArgumentException("Messages can be kept for zero to 200 years, not for " + time + ".");
        }
        step.write(new Changes.PutRetention(time));
        if (time.isZero()) {
            step.write(new Changes.ClearJournal());
        } else {
            forgetOld(step.now());
            for (JournalEntry entry : remembered.values()) {
                step.write(new Changes.PutJournal(JournalCodec.encode(entry)));
            }
            step.write(new Changes.DropJournal(step.now().minus(time)));
        }
        step.flush();
        step.afterCommit(() -> {
            retention = time;
            remembered.clear();
            weight = 0;
        });
    }

    /** Whatever is too old goes. */
    void tend(Step step) {
        if (isInStore()) {
            step.write(new Changes.DropJournal(step.now().minus(retention)));
        } else {
            forgetOld(step.now());
        }
    }

    private boolean isInStore() {
        return !retention.isZero();
    }

    private void remember(JournalEntry entry) {
        forget(entry.hash());
        remembered.put(entry.hash(), entry);
        weight += entry.weight();
        forgetOld(entry.written());
        Iterator<JournalEntry> oldest = remembered.values().iterator();
        while (remembered.size() > MAX_MESSAGES || weight > MAX_WEIGHT) {
            weight -= oldest.next().weight();
            oldest.remove();
        }
    }

    private void forget(Bytes hash) {
        JournalEntry gone = remembered.remove(hash);
        if (gone != null) {
            weight -= gone.weight();
        }
    }

    private void forgetOld(Instant now) {
        Iterator<JournalEntry> oldest = remembered.values().iterator();
        while (oldest.hasNext()) {
            JournalEntry entry = oldest.next();
            if (entry.written().plus(MAX_AGE).isAfter(now)) {
                return;
            }
            weight -= entry.weight();
            oldest.remove();
        }
    }
}
