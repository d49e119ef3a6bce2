/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DropRefusedTrustEntries;
import org.omemo4j.store.Changes.PutTrust;
import org.omemo4j.store.Changes.PutTrustEntry;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.store.TrustEntryRecord.Sender;
import org.omemo4j.store.TrustRecord;

/** Identity keys with what was decided about them, and the journal of that. Not thread-safe. */
final class TrustRows implements Rows {

    private static final String TRUST =
            "SELECT jid, identity_key, decided, verified, first, seen, newest_trust_message FROM trust ";

    private static final String ENTRY = """
            SELECT number, time, jid, identity_key, level_before, level_after, means,
                by_jid, by_device, by_key, reason, refusal
            FROM trust_entry""";

    private final Sql ofAccount;
    private final Sql ofKey;
    private final Sql decided;
    private final Sql putTrust;
    private final Sql entries;
    private final Sql entriesOfAccount;
    private final Sql putEntry;
    private final Sql dropRefused;

    TrustRows(Connection connection) {
        ofAccount = new Sql(connection, TRUST + "WHERE jid = ? ORDER BY identity_key");
        ofKey = new Sql(connection, TRUST + "WHERE identity_key = ? ORDER BY jid");
        decided = new Sql(connection, TRUST + "WHERE decided = ?");
        putTrust = new Sql(connection, """
                REPLACE INTO trust (jid, identity_key, decided, verified, first, seen, newest_trust_message)
                VALUES (?, ?, ?, ?, ?, ?, ?)""");
        entries = new Sql(connection, ENTRY + " ORDER BY number DESC LIMIT ?");
        entriesOfAccount = new Sql(connection, ENTRY + " WHERE jid = ? ORDER BY number DESC LIMIT ?");
        putEntry = new Sql(connection, """
                REPLACE INTO trust_entry (number, time, jid, identity_key, level_before, level_after, means,
                    by_jid, by_device, by_key, reason, refusal)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
        dropRefused = new Sql(connection, """
                DELETE FROM trust_entry WHERE refusal IS NOT NULL AND means = ?1 AND number <=
                    (SELECT number FROM trust_entry WHERE refusal IS NOT NULL AND means = ?1
                        ORDER BY number DESC LIMIT 1 OFFSET ?2)""");
    }

    List<TrustRecord> trust(BareJid jid) throws SQLException {
        return ofAccount.rows(TrustRows::trust, jid);
    }

    List<TrustRecord> trust(Bytes identityKey) throws SQLException {
        return ofKey.rows(TrustRows::trust, identityKey);
    }

    List<TrustRecord> decided(String level) throws SQLException {
        return decided.rows(TrustRows::trust, level);
    }

    List<TrustEntryRecord> entries(int limit) throws SQLException {
        return entries.rows(TrustRows::entry, limit);
    }

    List<TrustEntryRecord> entries(BareJid jid, int limit) throws SQLException {
        return entriesOfAccount.rows(TrustRows::entry, jid, limit);
    }

    private static TrustRecord trust(Row row) throws SQLException {
        return new TrustRecord(
                row.jid(),
                row.bytes(),
                row.optionalText(),
                row.bool(),
                row.bool(),
                row.optionalInstant(),
                row.optionalInstant());
    }

    private static TrustEntryRecord entry(Row row) throws SQLException {
        return new TrustEntryRecord(
                row.number(),
                row.instant(),
                row.jid(),
                row.optionalBytes(),
                row.optionalText(),
                row.optionalText(),
                row.text(),
                sender(row),
                row.text(),
                row.optionalText());
    }

    private static Optional<Sender> sender(Row row) throws SQLException {
        Optional<BareJid> jid = row.optionalJid();
        int device = row.integer();
        Optional<Bytes> key = row.optionalBytes();
        return jid.isPresent() && key.isPresent()
                ? Optional.of(new Sender(new DeviceAddress(jid.get(), new DeviceId(device)), key.get()))
                : Optional.empty();
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutTrust put) {
            put(put.trust());
        } else if (change instanceof PutTrustEntry put) {
            put(put.entry());
        } else if (change instanceof DropRefusedTrustEntries drop) {
            dropRefused.update(drop.means(), drop.kept());
        } else {
            return false;
        }
        return true;
    }

    private void put(TrustRecord trust) throws SQLException {
        putTrust.update(
                trust.jid(),
                trust.identityKey(),
                trust.decided(),
                trust.verified(),
                trust.first(),
                trust.seen(),
                trust.newestTrustMessage());
    }

    private void put(TrustEntryRecord entry) throws SQLException {
        putEntry.update(
                entry.number(),
                entry.time(),
                entry.jid(),
                entry.identityKey(),
                entry.from(),
                entry.to(),
                entry.means(),
                entry.by().map(sender -> sender.device().jid()),
                entry.by().map(sender -> sender.device().device().value()),
                entry.by().map(Sender::identityKey),
                entry.reason(),
                entry.refusal());
    }
}
