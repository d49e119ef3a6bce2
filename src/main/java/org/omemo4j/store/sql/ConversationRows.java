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
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeleteParked;
import org.omemo4j.store.Changes.PutConversation;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.ParkedRecord;

/** What is set for conversations, and the messages that wait in them. Not thread-safe. */
final class ConversationRows implements Rows {

    private final SecretSlots secrets;
    private final Sql conversation;
    private final Sql putConversation;
    private final Sql parked;
    private final Sql putParked;
    private final Sql deleteParked;

    ConversationRows(Connection connection, SecretSlots secrets) {
        this.secrets = secrets;
        conversation = new Sql(connection, "SELECT jid, policy, encrypted FROM conversation WHERE jid = ?");
        putConversation = new Sql(connection, "REPLACE INTO conversation (jid, policy, encrypted) VALUES (?, ?, ?)");
        parked = new Sql(connection, """
                SELECT number, recipient, stanza_id, content, encrypted, parked
                FROM parked JOIN secret ON slot = stanza ORDER BY number""");
        putParked = new Sql(connection, """
                INSERT INTO parked (number, recipient, stanza_id, stanza, encrypted, parked) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET recipient = excluded.recipient, stanza_id = excluded.stanza_id,
                    stanza = excluded.stanza, encrypted = excluded.encrypted, parked = excluded.parked""");
        deleteParked = new Sql(connection, "DELETE FROM parked WHERE number = ?");
    }

    Optional<ConversationRecord> conversation(BareJid jid) throws SQLException {
        return conversation.row(row -> new ConversationRecord(row.jid(), row.optionalText(), row.bool()), jid);
    }

    List<ParkedRecord> parked() throws SQLException {
        return parked.rows(row ->
                new ParkedRecord(row.number(), row.jid(), row.text(), row.secret(), row.optionalText(), row.instant()));
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutParked put) {
            put(put.parked());
        } else if (change instanceof DeleteParked delete) {
            deleteParked.update(delete.number());
        } else if (change instanceof PutConversation put) {
            ConversationRecord record = put.conversation();
            putConversation.update(record.jid(), record.policy(), record.encrypted());
        } else {
            return false;
        }
        return true;
    }

    private void put(ParkedRecord message) throws SQLException {
        putParked.update(
                message.number(),
                message.to(),
                message.stanzaId(),
                secrets.put(message.stanza()),
                message.encrypted(),
                message.parked());
    }
}
