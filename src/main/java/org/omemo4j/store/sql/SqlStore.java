/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.Changes;
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
import org.omemo4j.store.StoreException;
import org.omemo4j.store.StoreLockedException;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.store.TrustRecord;

/**
 * A store in one SQLite file, readable by its owner only. Needs {@code org.xerial:sqlite-jdbc}. Safe for use from any thread.
 *
 * <p>While it is locked, {@code -wal} and {@code -shm} lie beside the file and belong to it; {@code .lock} names who holds it, and stays. Whoever
 * copies the file does so while the store is closed. The file is not encrypted.
 *
 * <p>A secret that is deleted or replaced is overwritten in the file. The write-ahead log is truncated after 100 commits or 5000 changes, and at
 * {@link #lock()} and {@link #close()}, between two batches: until then it may hold the old secret. What the disk and the file system keep of blocks that were
 * overwritten is beyond us.
 */
public final class SqlStore implements OmemoStore {

    private final Path place;
    private final String program;
    private final InstantSource clock;
    private @Nullable Opened opened;

    private record Opened(Path file, StoreLock lock, Database database) {}

    private interface Query<T> {
        T run(Database database) throws SQLException, StoreException;
    }

    private SqlStore(Path place, String program, InstantSource clock) {
        this.place = place;
        this.program = program;
        this.clock = clock;
    }

    /** The store in this file. Neither opened nor made before {@link #lock()}. */
    public static SqlStore open(Path file) {
        return open(file, Holder.thisProgram());
    }

    /**
     * The store in this file. Neither opened nor made before {@link #lock()}.
     *
     * @param program how others who want the store are told who has it.
     */
    public static SqlStore open(Path file, String program) {
        return new SqlStore(file, program, InstantSource.system());
    }

    @Override
    public synchronized void lock() throws StoreException {
        if (opened != null) {
            throw new StoreLockedException(place.getFileName() + " is in use by this process already.");
        }
        Path file = StoreFile.resolve(place);
        StoreLock lock = StoreLock.take(file, Holder.describe(program, clock));
        try {
            StoreFile.create(file);
            StoreFile.inspect(file, Schema.VERSION);
            opened = new Opened(file, lock, Database.open(file));
        } catch (SQLException e) {
            throw Failures.of(file, e);
        } finally {
            if (opened == null) {
                free(lock);
            }
        }
    }

    @Override
    public long revision() throws StoreException {
        return read(Database::revision);
    }

    @Override
    public Optional<OwnDeviceRecord> ownDevice() throws StoreException {
        return read(database -> database.ownKeys.ownDevice());
    }

    @Override
    public Optional<OwnBundleRecord> ownBundle(String version) throws StoreException {
        return read(database -> database.ownKeys.ownBundle(version));
    }

    @Override
    public List<SignedPreKeyRecord> signedPreKeys(String version) throws StoreException {
        return read(database -> database.ownKeys.signedPreKeys(version));
    }

    @Override
    public List<PreKeyRecord> preKeys(String version) throws StoreException {
        return read(database -> database.ownKeys.preKeys(version));
    }

    @Override
    public Optional<PreKeyRecord> preKey(String version, int id) throws StoreException {
        return read(database -> database.ownKeys.preKey(version, id));
    }

    @Override
    public boolean isPreKeyUsedBy(String version, int id, Bytes identityKey) throws StoreException {
        return read(database -> database.ownKeys.isPreKeyUsedBy(version, id, identityKey));
    }

    @Override
    public Optional<DeviceListRecord> deviceList(BareJid jid, String version) throws StoreException {
        return read(database -> database.devices.deviceList(jid, version));
    }

    @Override
    public List<DeviceRecord> devices(BareJid jid) throws StoreException {
        return read(database -> database.devices.devices(jid));
    }

    @Override
    public List<SessionRecord> sessions(DeviceAddress address, String version) throws StoreException {
        return read(database -> database.sessions.sessions(address, version));
    }

    @Override
    public List<SessionRecord> sessionsOwingEmptyMessage(String version) throws StoreException {
        return read(database -> database.sessions.sessionsOwingEmptyMessage(version));
    }

    @Override
    public List<SessionRecord> sessionsInUse(String version) throws StoreException {
        return read(database -> database.sessions.sessionsInUse(version));
    }

    @Override
    public List<ReplacementRecord> replacements(DeviceAddress address) throws StoreException {
        return read(database -> database.replacements.replacements(address));
    }

    @Override
    public List<ReplacementRecord> replacementsOwed(String version) throws StoreException {
        return read(database -> database.replacements.replacementsOwed(version));
    }

    @Override
    public Optional<SkippedKeyRecord> skippedKey(long session, Bytes ratchetKey, long n) throws StoreException {
        return read(database -> database.sessions.skippedKey(session, ratchetKey, n));
    }

    @Override
    public boolean isClosedChain(long session, Bytes ratchetKey) throws StoreException {
        return read(database -> database.sessions.isClosedChain(session, ratchetKey));
    }

    @Override
    public List<TrustRecord> trust(BareJid jid) throws StoreException {
        return read(database -> database.trust.trust(jid));
    }

    @Override
    public List<TrustRecord> trust(Bytes identityKey) throws StoreException {
        return read(database -> database.trust.trust(identityKey));
    }

    @Override
    public List<TrustRecord> trustDecided(String decided) throws StoreException {
        return read(database -> database.trust.decided(decided));
    }

    @Override
    public List<KeptTrustRecord> keptTrustBy(BareJid sender, Bytes senderKey) throws StoreException {
        return read(database -> database.keptTrust.by(sender, senderKey));
    }

    @Override
    public List<KeptTrustRecord> keptTrustAbout(BareJid owner) throws StoreException {
        return read(database -> database.keptTrust.about(owner));
    }

    @Override
    public List<KeptTrustRecord> allKeptTrust() throws StoreException {
        return read(database -> database.keptTrust.all());
    }

    @Override
    public int keptTrust() throws StoreException {
        return read(database -> database.keptTrust.count());
    }

    @Override
    public List<TrustEntryRecord> trustEntries(int limit) throws StoreException {
        return read(database -> database.trust.entries(limit));
    }

    @Override
    public List<TrustEntryRecord> trustEntries(BareJid jid, int limit) throws StoreException {
        return read(database -> database.trust.entries(jid, limit));
    }

    @Override
    public Optional<ConversationRecord> conversation(BareJid jid) throws StoreException {
        return read(database -> database.conversations.conversation(jid));
    }

    @Override
    public List<ParkedRecord> parked() throws StoreException {
        return read(database -> database.conversations.parked());
    }

    @Override
    public List<ParkedRecord> parked(BareJid to, long above) throws StoreException {
        return read(database -> database.conversations.parked(to, above));
    }

    @Override
    public List<ConversationRecord> conversations() throws StoreException {
        return read(database -> database.conversations.all());
    }

    @Override
    public Optional<ParkedRecord> parked(long number) throws StoreException {
        return read(database -> database.conversations.parked(number));
    }

    @Override
    public Duration retention() throws StoreException {
        return read(database -> database.journal.retention());
    }

    @Override
    public Optional<JournalRecord> journal(Bytes hash) throws StoreException {
        return read(database -> database.journal.entry(hash));
    }

    @Override
    public void commit(Changes changes) throws StoreException {
        read(database -> {
            database.commit(changes);
            return true;
        });
    }

    @Override
    public synchronized void close() throws StoreException {
        Opened closing = opened;
        if (closing == null) {
            return;
        }
        opened = null;
        try {
            closing.database().close();
        } catch (SQLException e) {
            throw Failures.of(closing.file(), e);
        } finally {
            free(closing.lock());
        }
    }

    /** One at a time: a read takes microseconds, and SQLite has one writer anyway. */
    private synchronized <T> T read(Query<T> query) throws StoreException {
        Opened open = opened;
        if (open == null) {
            throw new StoreException(place.getFileName() + " is not open.");
        }
        try {
            return query.run(open.database());
        } catch (SQLException e) {
            throw Failures.of(open.file(), e);
        }
    }

    private static void free(StoreLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock goes with the descriptor, which is closed even so.
        }
    }

    /** For tests that need to do what no store does. */
    synchronized Database database() {
        Opened open = opened;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        return open.database();
    }
}
