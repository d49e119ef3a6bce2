/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeleteSession;
import org.omemo4j.store.Changes.DeleteSkippedKey;
import org.omemo4j.store.Changes.DropClosedChains;
import org.omemo4j.store.Changes.DropSkippedKeys;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSkippedKey;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.SkippedKeyRecord;

/** Sessions with their skipped keys and closed chains. Not thread-safe. */
final class SessionRows implements Rows {

    private static final String SESSION = """
            SELECT id, jid, device, version, ephemeral_key, created, archived, owes_empty_message, content
            FROM session JOIN secret ON slot = state
            """;

    private final SecretSlots secrets;
    private final SessionSlots slots;
    private final Sql sessions;
    private final Sql sessionsOwingEmptyMessage;
    private final Sql sessionsInUse;
    private final Sql putSession;
    private final Sql deleteSession;
    private final Sql skippedKey;
    private final Sql putSkippedKey;
    private final Sql deleteSkippedKey;
    private final Sql dropSkippedKeys;
    private final Sql closedChain;
    private final Sql putClosedChain;
    private final Sql dropClosedChains;

    SessionRows(Connection connection, SecretSlots secrets) {
        this.secrets = secrets;
        slots = new SessionSlots(connection);
        sessions = new Sql(
                connection,
                SESSION + "WHERE jid = ? AND device = ? AND version = ?"
                        + " ORDER BY archived IS NOT NULL, created DESC, id");
        sessionsOwingEmptyMessage =
                new Sql(connection, SESSION + "WHERE version = ? AND owes_empty_message = 1 ORDER BY created, id");
        sessionsInUse = new Sql(connection, SESSION + "WHERE version = ? AND archived IS NULL ORDER BY id");
        putSession = new Sql(connection, """
                INSERT INTO session (id, jid, device, version, ephemeral_key, created, archived, owes_empty_message, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET jid = excluded.jid, device = excluded.device,
                    version = excluded.version, ephemeral_key = excluded.ephemeral_key, created = excluded.created,
                    archived = excluded.archived, owes_empty_message = excluded.owes_empty_message, state = excluded.state""");
        deleteSession = new Sql(connection, "DELETE FROM session WHERE id = ?");
        skippedKey = new Sql(connection, """
                SELECT session, ratchet_key, n, number, content FROM skipped_key JOIN secret ON slot = seed
                WHERE session = ? AND ratchet_key = ? AND n = ?""");
        putSkippedKey = new Sql(connection, """
                INSERT INTO skipped_key (session, ratchet_key, n, number, seed) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET number = excluded.number, seed = excluded.seed""");
        deleteSkippedKey =
                new Sql(connection, "DELETE FROM skipped_key WHERE session = ? AND ratchet_key = ? AND n = ?");
        dropSkippedKeys = new Sql(connection, "DELETE FROM skipped_key WHERE session = ? AND number < ?");
        closedChain = new Sql(connection, "SELECT 1 FROM closed_chain WHERE session = ? AND ratchet_key = ?");
        putClosedChain = new Sql(connection, """
                INSERT INTO closed_chain (session, ratchet_key, number) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET number = excluded.number""");
        dropClosedChains = new Sql(connection, "DELETE FROM closed_chain WHERE session = ? AND number < ?");
    }

    List<SessionRecord> sessions(DeviceAddress address, String version) throws SQLException {
        return sessions.rows(
                SessionRows::session, address.jid(), address.device().value(), version);
    }

    List<SessionRecord> sessionsOwingEmptyMessage(String version) throws SQLException {
        return sessionsOwingEmptyMessage.rows(SessionRows::session, version);
    }

    List<SessionRecord> sessionsInUse(String version) throws SQLException {
        return sessionsInUse.rows(SessionRows::session, version);
    }

    private static SessionRecord session(Row row) throws SQLException {
        return new SessionRecord(
                row.number(),
                new DeviceAddress(row.jid(), new DeviceId(row.integer())),
                row.text(),
                row.bytes(),
                row.instant(),
                row.optionalInstant(),
                row.bool(),
                row.secret());
    }

    Optional<SkippedKeyRecord> skippedKey(long session, Bytes ratchetKey, long n) throws SQLException {
        return skippedKey.row(
                row -> new SkippedKeyRecord(row.number(), row.bytes(), row.number(), row.number(), row.secret()),
                session,
                ratchetKey,
                n);
    }

    boolean isClosedChain(long session, Bytes ratchetKey) throws SQLException {
        return closedChain.hasRow(session, ratchetKey);
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutSession put) {
            put(put.session());
        } else if (change instanceof PutSkippedKey put) {
            put(put.skippedKey());
        } else if (change instanceof DeleteSkippedKey delete) {
            deleteSkippedKey.update(delete.session(), delete.ratchetKey(), delete.n());
        } else if (change instanceof DropSkippedKeys drop) {
            dropSkippedKeys.update(drop.session(), drop.below());
        } else if (change instanceof PutClosedChain put) {
            putClosedChain.update(put.session(), put.ratchetKey(), put.number());
        } else if (change instanceof DropClosedChains drop) {
            dropClosedChains.update(drop.session(), drop.below());
        } else if (change instanceof DeleteSession delete) {
            deleteSession.update(delete.session());
            slots.forget(delete.session());
        } else {
            return false;
        }
        return true;
    }

    /** Most steps change nothing but the state: then one row is written in place, and no index. */
    private void put(SessionRecord session) throws SQLException {
        Optional<Long> place = slots.find(session);
        if (place.isPresent()) {
            secrets.overwrite(place.get(), session.state());
            return;
        }
        long slot = secrets.put(session.state());
        putSession.update(
                session.id(),
                session.address().jid(),
                session.address().device().value(),
                session.version(),
                session.ephemeralKey(),
                session.created(),
                session.archived(),
                session.owesEmptyMessage(),
                slot);
        slots.put(session, slot);
    }

    /** Somebody else may have written to the file, or what was written here is rolled back. */
    void forget() {
        slots.forgetAll();
    }

    private void put(SkippedKeyRecord key) throws SQLException {
        putSkippedKey.update(key.session(), key.ratchetKey(), key.n(), key.number(), secrets.put(key.seed()));
    }
}
