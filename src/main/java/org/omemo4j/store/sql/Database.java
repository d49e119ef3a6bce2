/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.StoreConflictException;
import org.omemo4j.store.StoreException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** An open SQLite file with the store's tables. One connection; not thread-safe. */
final class Database implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(Database.class.getName());

    /**
     * After so many commits the write-ahead log is emptied into the file and truncated. Until then it still holds what these commits have
     * overwritten or deleted: keys that were used can be read in it. Emptying it takes about as long as three flushed commits, so this costs a few
     * per cent.
     */
    static final int COMMITS_PER_TRUNCATION = 100;

    /** The same after so many changes: five messages to 1000 devices each. Keeps the write-ahead log below about 20 MiB. */
    static final int CHANGES_PER_TRUNCATION = 5000;

    /** Files up to this size, far more than one account fills, are checked from end to end at the start; that takes some 10 ms for 1 MiB. */
    static final long MAX_CHECKED_BYTES = 16L << 20;

    /** How long to wait for somebody who got past the lock and is just writing, such as a backup program. */
    private static final int BUSY_MILLISECONDS = 2000;

    final OwnKeyRows ownKeys;
    final DeviceRows devices;
    final TrustRows trust;
    final KeptTrustRows keptTrust;
    final SessionRows sessions;
    final ReplacementRows replacements;
    final ConversationRows conversations;
    final JournalRows journal;

    private final Connection connection;
    private final List<Rows> tables;
    private final Sql begin;
    private final Sql commit;
    private final Sql rollback;
    private final Sql savepoint;
    private final Sql release;
    private final Sql rollbackToSavepoint;
    private final Sql flushAtCommit;
    private final Sql flushLater;
    private final Sql truncate;
    private final Sql revision;
    private final Sql nextRevision;
    private Durability durability = Durability.FLUSHED;
    private boolean batchIsOpen;
    private long lastRevision;
    private int commitsInLog;
    private int changesInLog;

    private Database(Connection connection) {
        this.connection = connection;
        SecretSlots secrets = new SecretSlots(connection);
        ownKeys = new OwnKeyRows(connection, secrets);
        devices = new DeviceRows(connection);
        trust = new TrustRows(connection);
        keptTrust = new KeptTrustRows(connection);
        sessions = new SessionRows(connection, secrets);
        replacements = new ReplacementRows(connection);
        conversations = new ConversationRows(connection, secrets);
        journal = new JournalRows(connection, secrets);
        tables = List.of(sessions, journal, ownKeys, devices, trust, keptTrust, replacements, conversations);
        begin = new Sql(connection, "BEGIN IMMEDIATE");
        commit = new Sql(connection, "COMMIT");
        rollback = new Sql(connection, "ROLLBACK");
        savepoint = new Sql(connection, "SAVEPOINT step");
        release = new Sql(connection, "RELEASE step");
        rollbackToSavepoint = new Sql(connection, "ROLLBACK TO step");
        flushAtCommit = new Sql(connection, "PRAGMA synchronous = FULL");
        flushLater = new Sql(connection, "PRAGMA synchronous = NORMAL");
        truncate = new Sql(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        revision = new Sql(connection, "SELECT revision FROM store");
        nextRevision = new Sql(connection, "UPDATE store SET revision = revision + 1 WHERE revision = ?");
    }

    /** Opens the file, which exists; looks whether it is sound, and makes or upgrades its tables. */
    static Database open(Path file) throws SQLException, StoreException {
        check(file);
        Connection connection = connect(file);
        boolean open = false;
        try {
            prepare(file, connection);
            Database database = new Database(connection);
            database.truncateLog();
            open = true;
            return database;
        } finally {
            if (!open) {
                connection.close();
            }
        }
    }

    /** By a connection of its own: SQLite 3.54 keeps a read lock after a check, and could not truncate the log. */
    private static void check(Path file) throws SQLException, StoreException {
        try {
            if (Files.size(file) > MAX_CHECKED_BYTES) {
                return; // Reads still fail with an error of their own where a page is damaged.
            }
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read.", e);
        }
        try (Connection connection = connect(file)) {
            if (!Sql.once(connection, "PRAGMA quick_check(1)", Row::text).equals(List.of("ok"))) {
                throw Failures.damaged(file);
            }
        }
    }

    private static Connection connect(Path file) throws SQLException, StoreException {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        try {
            SQLiteConnection connection = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + file.toUri());
            // For the driver only: else it tries to begin a transaction before each statement of ours.
            connection.getConnectionConfig().setAutoCommit(false);
            return connection;
        } catch (SQLiteException e) {
            throw e;
        } catch (SQLException e) {
            throw Failures.noSqlite(e); // What SQLite itself finds wrong is a SQLiteException.
        }
    }

    private static void prepare(Path file, Connection connection) throws SQLException, StoreException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA secure_delete = ON");
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA temp_store = MEMORY"); // Nothing secret in files beside ours.
            statement.execute("PRAGMA trusted_schema = OFF");
            statement.execute("PRAGMA cell_size_check = ON");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA wal_autocheckpoint = 0"); // It never truncates; we do.
            statement.execute("BEGIN IMMEDIATE"); // Can it be written? Now is the time to know.
            statement.execute("ROLLBACK");
        }
        Schema.upgrade(file, connection);
        if (!Sql.once(connection, "PRAGMA journal_mode = WAL", Row::text).equals(List.of("wal"))) {
            throw new StoreException(file + " lies on a file system without shared memory; use another place.");
        }
    }

    long revision() throws SQLException {
        return revision.row(Row::number).orElseThrow();
    }

    /** All of it, or nothing. A batched one goes into a transaction that stays open for more of them. */
    void commit(Changes changes) throws SQLException, StoreException {
        if (changes.revision() != lastRevision) {
            sessions.forget(); // Somebody else has committed since.
        }
        if (changes.durability() == Durability.BATCHED) {
            commitInBatch(changes);
            return;
        }
        endBatch();
        setDurability(changes.durability());
        begin.update();
        boolean committed = false;
        try {
            write(changes);
            commit.update();
            committed = true;
        } finally {
            if (!committed) {
                rollBack();
            }
        }
        count(changes);
        boundLog();
    }

    private void commitInBatch(Changes changes) throws SQLException, StoreException {
        if (!batchIsOpen) {
            setDurability(Durability.RELAXED);
            begin.update();
            batchIsOpen = true;
        }
        boolean written = false;
        try {
            savepoint.update();
            write(changes);
            release.update();
            written = true;
        } finally {
            if (!written) {
                rollBackInBatch();
            }
        }
        count(changes);
    }

    private void write(Changes changes) throws SQLException, StoreException {
        if (nextRevision.update(changes.revision()) == 0) {
            throw new StoreConflictException(changes.revision(), revision());
        }
        for (Change change : changes.changes()) {
            write(change);
        }
    }

    private void count(Changes changes) {
        lastRevision = changes.revision() + 1;
        commitsInLog++;
        changesInLog += changes.changes().size();
    }

    /** What is in the batch is committed, or all of it is taken back. */
    private void endBatch() throws SQLException {
        if (!batchIsOpen) {
            return;
        }
        batchIsOpen = false;
        boolean committed = false;
        try {
            commit.update();
            committed = true;
        } finally {
            if (!committed) {
                rollBack();
            }
        }
        boundLog();
    }

    /** After some errors SQLite has taken the whole batch back by itself: then the next revision tells. */
    private void rollBackInBatch() {
        sessions.forget();
        try {
            rollbackToSavepoint.update();
            release.update();
        } catch (SQLException e) {
            batchIsOpen = false;
            rollBack();
        }
    }

    private void boundLog() {
        if (commitsInLog >= COMMITS_PER_TRUNCATION || changesInLog >= CHANGES_PER_TRUNCATION) {
            try {
                truncateLog();
            } catch (SQLException e) { // the commit stands; the next one tries again
                LOGGER.log(Level.WARNING, "The log of the store could not be truncated: error {0}.", e.getErrorCode());
            }
        }
    }

    /** Only outside a transaction (SQLite, "PRAGMA synchronous"). A flushed commit takes all earlier ones with it: they are in the same log. */
    private void setDurability(Durability wanted) throws SQLException {
        if (durability != wanted) {
            (wanted == Durability.FLUSHED ? flushAtCommit : flushLater).update();
            durability = wanted;
        }
    }

    private void write(Change change) throws SQLException, StoreException {
        for (Rows rows : tables) {
            if (rows.write(change)) {
                return;
            }
        }
        throw new IllegalArgumentException("unknown change: " + change.getClass());
    }

    /** After some errors SQLite has rolled back by itself, and says so by failing here. */
    private void rollBack() {
        sessions.forget();
        try {
            rollback.update();
        } catch (SQLException e) {
            // The error that brought us here tells more.
        }
    }

    /** While another program reads the file, this does nothing, and is tried again after as many commits. */
    private void truncateLog() throws SQLException {
        truncate.rows(Row::integer);
        commitsInLog = 0;
        changesInLog = 0;
    }

    /** Ends a batch, empties and truncates the write-ahead log, and closes the file. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            endBatch();
            truncateLog();
        }
    }

    /** For tests that need to do what no store does. */
    Connection connection() {
        return connection;
    }
}
