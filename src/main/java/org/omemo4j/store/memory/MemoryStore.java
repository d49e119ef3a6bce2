/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.PutRetention;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.DeviceListRecord;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.ReplacementRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.SkippedKeyRecord;
import org.omemo4j.store.StoreConflictException;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.StoreLockedException;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.store.memory.Tables.ChainId;
import org.omemo4j.store.memory.Tables.Correspondence;
import org.omemo4j.store.memory.Tables.ListId;
import org.omemo4j.store.memory.Tables.Only;
import org.omemo4j.store.memory.Tables.PreKeyUser;
import org.omemo4j.store.memory.Tables.SkippedKeyId;
import org.omemo4j.store.memory.Tables.TrustId;
import org.omemo4j.store.memory.Tables.VersionId;

/**
 * A store in memory. Its content outlives {@link #close()} and is there again at the next {@link #lock()}, and ends with the object; all
 * durabilities of a commit mean the same. Safe for use from any thread.
 */
public final class MemoryStore implements OmemoStore {

    private final Tables tables = new Tables();
    private final Step step = new Step(tables);
    private long revision;
    private boolean locked;

    /** An empty store. */
    public MemoryStore() {}

    @Override
    public synchronized void lock() throws StoreException {
        if (locked) {
            throw new StoreLockedException("The store in memory is in use by another manager of this process");
        }
        locked = true;
    }

    @Override
    public synchronized long revision() throws StoreException {
        requireLocked();
        return revision;
    }

    @Override
    public synchronized Optional<OwnDeviceRecord> ownDevice() throws StoreException {
        requireLocked();
        return tables.ownDevice.get(Only.ROW);
    }

    @Override
    public synchronized Optional<OwnBundleRecord> ownBundle(String version) throws StoreException {
        requireLocked();
        return tables.ownBundles.get(version);
    }

    @Override
    public synchronized List<SignedPreKeyRecord> signedPreKeys(String version) throws StoreException {
        requireLocked();
        return tables.signedPreKeysByVersion.rows(version);
    }

    @Override
    public synchronized List<PreKeyRecord> preKeys(String version) throws StoreException {
        requireLocked();
        return tables.preKeysByVersion.rows(version);
    }

    @Override
    public synchronized Optional<PreKeyRecord> preKey(String version, int id) throws StoreException {
        requireLocked();
        return tables.preKeys.get(new VersionId(version, id));
    }

    @Override
    public synchronized boolean isPreKeyUsedBy(String version, int id, Bytes identityKey) throws StoreException {
        requireLocked();
        return tables.preKeyUses.contains(new PreKeyUser(new VersionId(version, id), identityKey));
    }

    @Override
    public synchronized Optional<DeviceListRecord> deviceList(BareJid jid, String version) throws StoreException {
        requireLocked();
        return tables.deviceLists.get(new ListId(jid, version));
    }

    @Override
    public synchronized List<DeviceRecord> devices(BareJid jid) throws StoreException {
        requireLocked();
        return tables.devicesByJid.rows(jid);
    }

    @Override
    public synchronized List<SessionRecord> sessions(DeviceAddress address, String version) throws StoreException {
        requireLocked();
        return tables.sessionsByDevice.rows(new Correspondence(address, version));
    }

    @Override
    public synchronized List<SessionRecord> sessionsOwingEmptyMessage(String version) throws StoreException {
        requireLocked();
        return tables.sessionsOwingEmptyMessage.rows(version);
    }

    @Override
    public synchronized List<SessionRecord> sessionsInUse(String version) throws StoreException {
        requireLocked();
        return tables.sessionsInUse.rows(version);
    }

    @Override
    public synchronized List<ReplacementRecord> replacements(DeviceAddress address) throws StoreException {
        requireLocked();
        return tables.replacementsByDevice.rows(address);
    }

    @Override
    public synchronized List<ReplacementRecord> replacementsOwed(String version) throws StoreException {
        requireLocked();
        return tables.replacementsOwed.rows(version);
    }

    @Override
    public synchronized Optional<SkippedKeyRecord> skippedKey(long session, Bytes ratchetKey, long n)
            throws StoreException {
        requireLocked();
        return tables.skippedKeys.get(new SkippedKeyId(session, ratchetKey, n));
    }

    @Override
    public synchronized boolean isClosedChain(long session, Bytes ratchetKey) throws StoreException {
        requireLocked();
        return tables.closedChains.contains(new ChainId(session, ratchetKey));
    }

    @Override
    public synchronized List<TrustRecord> trust(BareJid jid) throws StoreException {
        requireLocked();
        return tables.trustByJid.rows(jid);
    }

    @Override
    public synchronized List<TrustRecord> trust(Bytes identityKey) throws StoreException {
        requireLocked();
        return tables.trustByKey.rows(identityKey);
    }

    @Override
    public synchronized List<TrustRecord> trustDecided(String decided) throws StoreException {
        requireLocked();
        return tables.trustByDecision.rows(decided);
    }

    @Override
    public synchronized List<KeptTrustRecord> keptTrustBy(BareJid sender, Bytes senderKey) throws StoreException {
        requireLocked();
        return tables.keptTrustBySender.rows(new TrustId(sender, senderKey));
    }

    @Override
    public synchronized List<KeptTrustRecord> keptTrustAbout(BareJid owner) throws StoreException {
        requireLocked();
        return tables.keptTrustByOwner.rows(owner);
    }

    @Override
    public synchronized List<KeptTrustRecord> allKeptTrust() throws StoreException {
        requireLocked();
        return tables.allKeptTrust.rows(Only.ROW);
    }

    @Override
    public synchronized int keptTrust() throws StoreException {
        requireLocked();
        return tables.keptTrust.size();
    }

    @Override
    public synchronized List<TrustEntryRecord> trustEntries(int limit) throws StoreException {
        requireLocked();
        return tables.allTrustEntries.rows(Only.ROW).stream().limit(limit).toList();
    }

    @Override
    public synchronized List<TrustEntryRecord> trustEntries(BareJid jid, int limit) throws StoreException {
        requireLocked();
        return tables.trustEntriesByJid.rows(jid).stream().limit(limit).toList();
    }

    @Override
    public synchronized Optional<ConversationRecord> conversation(BareJid jid) throws StoreException {
        requireLocked();
        return tables.conversations.get(jid);
    }

    @Override
    public synchronized List<ParkedRecord> parked() throws StoreException {
        requireLocked();
        return tables.parkedByNumber.rows(Only.ROW);
    }

    @Override
    public synchronized List<ParkedRecord> parked(BareJid to, long above) throws StoreException {
        requireLocked();
        return tables.parkedByRecipient.rows(to).stream()
                .filter(row -> row.number() > above)
                .toList();
    }

    @Override
    public synchronized List<ConversationRecord> conversations() throws StoreException {
        requireLocked();
        return tables.allConversations.rows(Only.ROW);
    }

    @Override
    public synchronized Optional<ParkedRecord> parked(long number) throws StoreException {
        requireLocked();
        return tables.parked.get(number);
    }

    @Override
    public synchronized Duration retention() throws StoreException {
        requireLocked();
        return tables.retention.get(Only.ROW).map(PutRetention::retention).orElse(Duration.ZERO);
    }

    @Override
    public synchronized Optional<JournalRecord> journal(Bytes hash) throws StoreException {
        requireLocked();
        return tables.journal.get(hash);
    }

    @Override
    public synchronized void commit(Changes changes) throws StoreException {
        requireLocked();
        if (changes.revision() != revision) {
            throw new StoreConflictException(changes.revision(), revision);
        }
        try {
            for (Change change : changes.changes()) {
                step.write(change);
            }
        } catch (StoreException | RuntimeException e) {
            tables.undoLog.rollBack();
            throw e;
        }
        tables.undoLog.forget();
        revision++;
    }

    @Override
    public synchronized void close() {
        locked = false;
    }

    private void requireLocked() throws StoreException {
        if (!locked) {
            throw new StoreException("The store in memory is not open.");
        }
    }
}
