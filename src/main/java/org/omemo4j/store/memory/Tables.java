/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutPreKeyUse;
import org.omemo4j.store.Changes.PutRetention;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.DeviceListRecord;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.ReplacementRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.SkippedKeyRecord;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.store.TrustRecord;

/** All rows of a {@link MemoryStore}. Rows are written by {@link Step}s only. Not thread-safe. */
final class Tables {

    /** The one row of a table that has only one. */
    enum Only {
        ROW
    }

    record VersionId(String version, int id) {}

    record PreKeyUser(VersionId preKey, Bytes identityKey) {}

    record ListId(BareJid jid, String version) {}

    record Correspondence(DeviceAddress address, String version) {}

    record ReplacementId(DeviceAddress address, String version, Instant asked) {}

    record SkippedKeyId(long session, Bytes ratchetKey, long n) {}

    record ChainId(long session, Bytes ratchetKey) {}

    record TrustId(BareJid jid, Bytes identityKey) {}

    record KeptTrustId(TrustId sender, TrustId about) {

        static KeptTrustId of(KeptTrustRecord row) {
            return new KeptTrustId(
                    new TrustId(row.sender().jid(), row.senderKey()), new TrustId(row.owner(), row.identifier()));
        }
    }

    final UndoLog undoLog = new UndoLog();

    private static final Comparator<ReplacementRecord> BY_TIME = Comparator.comparing(ReplacementRecord::asked)
            .thenComparing(ReplacementRecord::version)
            .thenComparing(row -> row.address().toString());

    final Table<Only, OwnDeviceRecord> ownDevice = new Table<>(undoLog, row -> Only.ROW, List.of());

    final Table<String, OwnBundleRecord> ownBundles = new Table<>(undoLog, OwnBundleRecord::version, List.of());

    final Index<String, SignedPreKeyRecord> signedPreKeysByVersion = new Index<>(
            SignedPreKeyRecord::version,
            Comparator.comparing(SignedPreKeyRecord::created)
                    .thenComparing(SignedPreKeyRecord::id)
                    .reversed());
    final Table<VersionId, SignedPreKeyRecord> signedPreKeys =
            new Table<>(undoLog, row -> new VersionId(row.version(), row.id()), List.of(signedPreKeysByVersion));

    final Index<String, PreKeyRecord> preKeysByVersion =
            new Index<>(PreKeyRecord::version, Comparator.comparingInt(PreKeyRecord::id));
    final Table<VersionId, PreKeyRecord> preKeys =
            new Table<>(undoLog, row -> new VersionId(row.version(), row.id()), List.of(preKeysByVersion));

    final Index<VersionId, PutPreKeyUse> preKeyUsesByPreKey = new Index<>(
            row -> new VersionId(row.version(), row.id()),
            Comparator.comparing(row -> row.identityKey().toHex()));
    final Table<PreKeyUser, PutPreKeyUse> preKeyUses = new Table<>(
            undoLog,
            row -> new PreKeyUser(new VersionId(row.version(), row.id()), row.identityKey()),
            List.of(preKeyUsesByPreKey));

    final Table<ListId, DeviceListRecord> deviceLists =
            new Table<>(undoLog, row -> new ListId(row.jid(), row.version()), List.of());

    final Index<BareJid, DeviceRecord> devicesByJid = new Index<>(
            row -> row.address().jid(),
            Comparator.comparingInt(row -> row.address().device().value()));
    final Table<DeviceAddress, DeviceRecord> devices =
            new Table<>(undoLog, DeviceRecord::address, List.of(devicesByJid));

    final Index<Correspondence, SessionRecord> sessionsByDevice = new Index<>(
            row -> new Correspondence(row.address(), row.version()),
            Comparator.comparing((SessionRecord row) -> row.archived().isPresent())
                    .thenComparing(SessionRecord::created, Comparator.reverseOrder())
                    .thenComparing(SessionRecord::id));
    final Index<String, SessionRecord> sessionsOwingEmptyMessage = new Index<>(
            SessionRecord::owesEmptyMessage,
            SessionRecord::version,
            Comparator.comparing(SessionRecord::created).thenComparing(SessionRecord::id));
    final Index<String, SessionRecord> sessionsInUse = new Index<>(
            row -> row.archived().isEmpty(), SessionRecord::version, Comparator.comparing(SessionRecord::id));
    final Table<Long, SessionRecord> sessions = new Table<>(
            undoLog, SessionRecord::id, List.of(sessionsByDevice, sessionsOwingEmptyMessage, sessionsInUse));

    final Index<DeviceAddress, ReplacementRecord> replacementsByDevice =
            new Index<>(ReplacementRecord::address, BY_TIME);
    final Index<String, ReplacementRecord> replacementsOwed =
            new Index<>(ReplacementRecord::owed, ReplacementRecord::version, BY_TIME);
    final Table<ReplacementId, ReplacementRecord> replacements = new Table<>(
            undoLog,
            row -> new ReplacementId(row.address(), row.version(), row.asked()),
            List.of(replacementsByDevice, replacementsOwed));

    final Index<Long, SkippedKeyRecord> skippedKeysByAge = new Index<>(
            SkippedKeyRecord::session,
            Comparator.comparingLong(SkippedKeyRecord::number)
                    .thenComparing(SkippedKeyRecord::n)
                    .thenComparing(row -> row.ratchetKey().toHex()));
    final Table<SkippedKeyId, SkippedKeyRecord> skippedKeys = new Table<>(
            undoLog, row -> new SkippedKeyId(row.session(), row.ratchetKey(), row.n()), List.of(skippedKeysByAge));

    final Index<Long, PutClosedChain> closedChainsByAge = new Index<>(
            PutClosedChain::session,
            Comparator.comparingLong(PutClosedChain::number)
                    .thenComparing(row -> row.ratchetKey().toHex()));
    final Table<ChainId, PutClosedChain> closedChains =
            new Table<>(undoLog, row -> new ChainId(row.session(), row.ratchetKey()), List.of(closedChainsByAge));

    final Index<BareJid, TrustRecord> trustByJid = new Index<>(
            TrustRecord::jid, Comparator.comparing(row -> row.identityKey().toHex()));
    final Index<Bytes, TrustRecord> trustByKey = new Index<>(
            TrustRecord::identityKey, Comparator.comparing(row -> row.jid().toString()));
    final Index<String, TrustRecord> trustByDecision = new Index<>(
            row -> row.decided().isPresent(),
            row -> row.decided().orElseThrow(),
            Comparator.comparing((TrustRecord row) -> row.jid().toString())
                    .thenComparing(row -> row.identityKey().toHex()));
    final Table<TrustId, TrustRecord> trust = new Table<>(
            undoLog,
            row -> new TrustId(row.jid(), row.identityKey()),
            List.of(trustByJid, trustByKey, trustByDecision));

    private static final Comparator<KeptTrustRecord> KEPT_OLDEST_FIRST = Comparator.comparing(KeptTrustRecord::sent)
            .thenComparing(row -> row.sender().jid().toString())
            .thenComparing(row -> row.senderKey().toHex())
            .thenComparing(row -> row.owner().toString())
            .thenComparing(row -> row.identifier().toHex());

    final Index<TrustId, KeptTrustRecord> keptTrustBySender =
            new Index<>(row -> new TrustId(row.sender().jid(), row.senderKey()), KEPT_OLDEST_FIRST);
    final Index<BareJid, KeptTrustRecord> keptTrustByOwner = new Index<>(KeptTrustRecord::owner, KEPT_OLDEST_FIRST);
    final Index<Only, KeptTrustRecord> allKeptTrust = new Index<>(row -> Only.ROW, KEPT_OLDEST_FIRST);
    final Table<KeptTrustId, KeptTrustRecord> keptTrust =
            new Table<>(undoLog, KeptTrustId::of, List.of(keptTrustBySender, keptTrustByOwner, allKeptTrust));

    private static final Comparator<TrustEntryRecord> NEWEST_FIRST =
            Comparator.comparingLong(TrustEntryRecord::number).reversed();

    final Index<Only, TrustEntryRecord> allTrustEntries = new Index<>(row -> Only.ROW, NEWEST_FIRST);
    final Index<BareJid, TrustEntryRecord> trustEntriesByJid = new Index<>(TrustEntryRecord::jid, NEWEST_FIRST);
    final Index<String, TrustEntryRecord> refusedTrustEntries =
            new Index<>(row -> row.refusal().isPresent(), TrustEntryRecord::means, NEWEST_FIRST);
    final Table<Long, TrustEntryRecord> trustEntries = new Table<>(
            undoLog, TrustEntryRecord::number, List.of(allTrustEntries, trustEntriesByJid, refusedTrustEntries));

    final Index<Only, ConversationRecord> allConversations =
            new Index<>(row -> Only.ROW, Comparator.comparing(row -> row.jid().toString()));
    final Table<BareJid, ConversationRecord> conversations =
            new Table<>(undoLog, ConversationRecord::jid, List.of(allConversations));

    final Index<Only, ParkedRecord> parkedByNumber =
            new Index<>(row -> Only.ROW, Comparator.comparingLong(ParkedRecord::number));
    final Index<BareJid, ParkedRecord> parkedByRecipient =
            new Index<>(ParkedRecord::to, Comparator.comparingLong(ParkedRecord::number));
    final Table<Long, ParkedRecord> parked =
            new Table<>(undoLog, ParkedRecord::number, List.of(parkedByNumber, parkedByRecipient));

    final Table<Only, PutRetention> retention = new Table<>(undoLog, row -> Only.ROW, List.of());

    final Index<Only, JournalRecord> journalByAge = new Index<>(
            row -> Only.ROW,
            Comparator.comparing(JournalRecord::written)
                    .thenComparing(row -> row.hash().toHex()));
    final Table<Bytes, JournalRecord> journal = new Table<>(undoLog, JournalRecord::hash, List.of(journalByAge));
}
