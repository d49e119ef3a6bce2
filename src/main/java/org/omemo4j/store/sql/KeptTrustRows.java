/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeleteKeptTrust;
import org.omemo4j.store.Changes.PutKeptTrust;
import org.omemo4j.store.KeptTrustRecord;

/** What trust messages have said and is kept. Not thread-safe. */
final class KeptTrustRows implements Rows {

    private static final String KEPT =
            "SELECT sender_jid, sender_device, sender_key, sent, owner, identifier, decision FROM kept_trust ";

    private final Sql bySender;
    private final Sql aboutOwner;
    private final Sql all;
    private final Sql count;
    private final Sql put;
    private final Sql delete;

    KeptTrustRows(Connection connection) {
        bySender =
                new Sql(connection, KEPT + "WHERE sender_jid = ? AND sender_key = ? ORDER BY sent, owner, identifier");
        aboutOwner = new Sql(connection, KEPT + "WHERE owner = ? ORDER BY sent, sender_jid, sender_key, identifier");
        all = new Sql(connection, KEPT + "ORDER BY sent, sender_jid, sender_key, owner, identifier");
        count = new Sql(connection, "SELECT count(*) FROM kept_trust");
        put = new Sql(connection, """
                REPLACE INTO kept_trust (sender_jid, sender_device, sender_key, sent, owner, identifier, decision)
                VALUES (?, ?, ?, ?, ?, ?, ?)""");
        delete = new Sql(
                connection,
                "DELETE FROM kept_trust WHERE sender_jid = ? AND sender_key = ? AND owner = ? AND identifier = ?");
    }

    List<KeptTrustRecord> by(BareJid sender, Bytes senderKey) throws SQLException {
        return bySender.rows(KeptTrustRows::kept, sender, senderKey);
    }

    List<KeptTrustRecord> about(BareJid owner) throws SQLException {
        return aboutOwner.rows(KeptTrustRows::kept, owner);
    }

    List<KeptTrustRecord> all() throws SQLException {
        return all.rows(KeptTrustRows::kept);
    }

    int count() throws SQLException {
        return count.row(Row::integer).orElse(0);
    }

    private static KeptTrustRecord kept(Row row) throws SQLException {
        return new KeptTrustRecord(
                new DeviceAddress(row.jid(), new DeviceId(row.integer())),
                row.bytes(),
                row.instant(),
                row.jid(),
                row.bytes(),
                row.text());
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutKeptTrust putting) {
            KeptTrustRecord kept = putting.kept();
            put.update(
                    kept.sender().jid(),
                    kept.sender().device().value(),
                    kept.senderKey(),
                    kept.sent(),
                    kept.owner(),
                    kept.identifier(),
                    kept.decision());
        } else if (change instanceof DeleteKeptTrust deleting) {
            KeptTrustRecord kept = deleting.kept();
            delete.update(kept.sender().jid(), kept.senderKey(), kept.owner(), kept.identifier());
        } else {
            return false;
        }
        return true;
    }
}
