/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.sql.SqlStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The next state of one session, or of a thousand, flushed to the disk: by the store, and by prepared statements that write the same
 * rows of a copy of its file under the same pragmas.  The copy's log is emptied as SQLite does by itself, not truncated.
 */
@State(Scope.Thread)
public class CommitBenchmark {

    private static final int SESSIONS = 1000;
    private static final int STATE_SIZE = 400;
    /** What a slot for such a state holds, after its length. */
    private static final int SLOT_SIZE = 512;

    private final SecureRandom random = new SecureRandom();
    private final SplittableRandom content = new SplittableRandom();
    private final Path directory;
    private final SqlStore store;
    private final Connection connection;
    private final PreparedStatement update;
    private final PreparedStatement nextRevision;
    private final long[] slots = new long[SESSIONS];
    private final List<SessionRecord> sessions =
            IntStream.range(0, SESSIONS).mapToObj(this::session).toList();
    private long revision;

    /** A store with all sessions in it, and a copy for the bare statements. */
    public CommitBenchmark() {
        try {
            directory = Files.createTempDirectory(Path.of(System.getProperty("benchmark.directory", ".")), "commit");
            Path file = directory.resolve("store.db");
            store = SqlStore.open(file);
            store.lock();
            commit(SESSIONS);
            store.close();
            Path copy = directory.resolve("bare.db");
            Files.copy(file, copy);
            store.lock();
            connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
            prepare();
            update = connection.prepareStatement("UPDATE secret SET content = ? WHERE slot = ?");
            nextRevision = connection.prepareStatement("UPDATE store SET revision = revision + 1");
        } catch (IOException | StoreException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public long one() throws StoreException {
        return commit(1);
    }

    @Benchmark
    public long oneBare() throws SQLException {
        return commitBare(1);
    }

    @Benchmark
    public long thousand() throws StoreException {
        return commit(SESSIONS);
    }

    @Benchmark
    public long thousandBare() throws SQLException {
        return commitBare(SESSIONS);
    }

    /** Takes the files away. */
    @TearDown(Level.Trial)
    public void close() throws StoreException, SQLException, IOException {
        store.close();
        connection.close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private long commit(int count) throws StoreException {
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            changes.add(new Changes.PutSession(withNextState(sessions.get(index(i, count)))));
        }
        store.commit(new Changes(revision, Durability.FLUSHED, changes));
        return revision++;
    }

    private long commitBare(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            update.setBytes(
                    1,
                    ByteBuffer.allocate(Integer.BYTES + SLOT_SIZE)
                            .putInt(STATE_SIZE)
                            .put(nextState())
                            .array());
            update.setLong(2, slots[index(i, count)]);
            update.executeUpdate();
        }
        nextRevision.executeUpdate();
        connection.commit();
        return revision++;
    }

    /** A single session is another one each time. */
    private int index(int i, int count) {
        return count == 1 ? (int) (revision % SESSIONS) : i;
    }

    private byte[] nextState() {
        byte[] state = new byte[STATE_SIZE];
        content.nextBytes(state); // A secure one would take longer than the rows.
        return state;
    }

    private SessionRecord withNextState(SessionRecord session) {
        return new SessionRecord(
                session.id(),
                session.address(),
                session.version(),
                session.ephemeralKey(),
                session.created(),
                session.archived(),
                session.owesEmptyMessage(),
                Secret.of(nextState()));
    }

    private SessionRecord session(int i) {
        BareJid jid = JidCreate.bareFromOrThrowUnchecked("contact-" + i + "@example.org");
        return new SessionRecord(
                random.nextLong(),
                new DeviceAddress(jid, DeviceId.random(random)),
                Omemo2.NAMESPACE,
                Bytes.of(Secret.random(random, 32).reveal()),
                Instant.now(),
                Optional.empty(),
                false,
                Secret.of(nextState()));
    }

    private void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA secure_delete = ON");
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA temp_store = MEMORY");
            statement.execute("PRAGMA trusted_schema = OFF");
            statement.execute("PRAGMA cell_size_check = ON");
            try (var result = statement.executeQuery("SELECT id, state FROM session")) {
                while (result.next()) {
                    slots[position(result.getLong(1))] = result.getLong(2);
                }
            }
        }
        connection.setAutoCommit(false);
    }

    private int position(long id) {
        return IntStream.range(0, SESSIONS)
                .filter(i -> sessions.get(i).id() == id)
                .findFirst()
                .orElseThrow();
    }
}
