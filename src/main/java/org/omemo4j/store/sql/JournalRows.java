/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.ClearJournal;
import org.omemo4j.store.Changes.DropJournal;
import org.omemo4j.store.Changes.PutJournal;
import org.omemo4j.store.Changes.PutRetention;
import org.omemo4j.store.JournalRecord;

/** Messages that were read or sent, and how long they are kept. Not thread-safe. */
final class JournalRows implements Rows {

    private final SecretSlots secrets;
    private final Sql retention;
    private final Sql putRetention;
    private final Sql entry;
    private final Sql putEntry;
    private final Sql dropEntries;
    private final Sql clear;

    JournalRows(Connection connection, SecretSlots secrets) {
        this.secrets = secrets;
        retention = new Sql(connection, "SELECT retention FROM store");
        putRetention = new Sql(connection, "UPDATE store SET retention = ?");
        entry = new Sql(
                connection, "SELECT hash, written, content FROM journal JOIN secret ON slot = entry WHERE hash = ?");
        putEntry = new Sql(connection, """
                INSERT INTO journal (hash, written, entry) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET written = excluded.written, entry = excluded.entry""");
        dropEntries = new Sql(connection, "DELETE FROM journal WHERE written < ?");
        clear = new Sql(connection, "DELETE FROM journal");
    }

    Duration retention() throws SQLException {
        return Duration.ofNanos(retention.row(Row::number).orElseThrow());
    }

    Optional<JournalRecord> entry(Bytes hash) throws SQLException {
        return entry.row(row -> new JournalRecord(row.bytes(), row.instant(), row.secret()), hash);
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutJournal put) {
            JournalRecord record = put.entry();
            putEntry.update(record.hash(), record.written(), secrets.put(record.entry()));
        } else if (change instanceof DropJournal drop) {
            dropEntries.update(drop.before());
        } else if (change instanceof ClearJournal) {
            clear.update();
        } else if (change instanceof PutRetention put) {
            putRetention.update(put.retention().toNanos());
        } else {
            return false;
        }
        return true;
    }
}
