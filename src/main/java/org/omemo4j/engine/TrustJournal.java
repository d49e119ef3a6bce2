/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.Changes;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/** Who has decided what about identity keys, and what was refused: rows in the store. Used under the engine's lock. */
final class TrustJournal {
    /** Entries of refused decisions by each of the means that are kept: who sends trust messages could fill the store with them, and drive out what a person was refused. */
    static final int MAX_REFUSED = 1000;

    /** The number of the next entry; 0 before anything was written. */
    private long next;

    /** Somebody else may have written to the store. */
    void forget() {
        next = 0;
    }

    /** Its number does not count: it gets the next one. */
    void add(Step step, TrustEntry entry) throws StoreException {
        if (next == 0) {
            next = 1 + newest(step.store().trustEntries(1));
        }
        step.write(new Changes.PutTrustEntry(new TrustEntryRecord(
                next++, // a step that is not committed leaves a gap
                entry.time(),
                entry.jid(),
                entry.fingerprint().map(Fingerprint::key),
                entry.from().map(TrustLevel::name),
                entry.to().map(TrustLevel::name),
                entry.means().name(),
                entry.by()
                        .map(sender -> new TrustEntryRecord.Sender(
                                sender.device(), sender.fingerprint().key())),
                entry.reason(),
                entry.refusal().map(TrustRefusal::name))));
        if (entry.refusal().isPresent()) {
            step.write(new Changes.DropRefusedTrustEntries(entry.means().name(), MAX_REFUSED));
        }
    }

    /** The newest first. */
    List<TrustEntry> entries(Step step, int limit) throws StoreException {
        return step.store().trustEntries(limit).stream()
                .map(TrustJournal::entry)
                .toList();
    }

    /** Those about an account's keys, the newest first. */
    List<TrustEntry> entries(Step step, BareJid jid, int limit) throws StoreException {
        return step.store().trustEntries(jid, limit).stream()
                .map(TrustJournal::entry)
                .toList();
    }

    /** The newest decision about a key that stands. Each undo has taken back the newest one that stood then. */
    Optional<TrustEntry> newestDecision(Step step, TrustKey key) throws StoreException {
        int undone = 0;
        for (TrustEntry entry : entries(step, key.jid(), Integer.MAX_VALUE)) {
            if (!entry.key().equals(Optional.of(key))) {
                continue;
            }
            if (entry.means() == TrustMeans.UNDO && entry.refusal().isEmpty()) {
                undone++;
            } else if (entry.isDecision() && undone > 0) {
                undone--;
            } else if (entry.isDecision()) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private static long newest(List<TrustEntryRecord> entries) {
        return entries.isEmpty() ? 0 : entries.get(0).number();
    }

    private static TrustEntry entry(TrustEntryRecord row) {
        return new TrustEntry(
                row.number(),
                row.time(),
                row.jid(),
                row.identityKey().map(Fingerprint::of),
                row.from().map(TrustLevel::valueOf),
                row.to().map(TrustLevel::valueOf),
                TrustMeans.valueOf(row.means()),
                row.by().map(sender -> new TrustEntry.Sender(sender.device(), Fingerprint.of(sender.identityKey()))),
                row.reason(),
                row.refusal().map(TrustRefusal::valueOf));
    }
}
