/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeleteParked;
import org.omemo4j.store.Changes.PutConversation;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.OptOutRecord;
import org.omemo4j.store.ParkedRecord;

/** What is set for conversations, and the messages that wait in them. Not thread-safe. */
final class ConversationRows implements Rows {

    private final SecretSlots secrets;
    private final Sql conversation;
    private final Sql allConversations;
    private final Sql putConversation;
    private final Sql allOptOuts;
    private final Sql optOuts;
    private final Sql putOptOut;
    private final Sql deleteOptOuts;
    private final Sql parked;
    private final Sql parkedFor;
    private final Sql parkedMessage;
    private final Sql putParked;
    private final Sql deleteParked;

    ConversationRows(Connection connection, SecretSlots secrets) {
        this.secrets = secrets;
        String conversations = "SELECT jid, policy, encrypted FROM conversation";
        allConversations = new Sql(connection, conversations);
        conversation = new Sql(connection, conversations + " WHERE jid = ?");
        putConversation = new Sql(connection, "REPLACE INTO conversation (jid, policy, encrypted) VALUES (?, ?, ?)");
        allOptOuts = new Sql(connection, "SELECT jid, identity_key, reason FROM opt_out ORDER BY jid, position");
        optOuts = new Sql(connection, "SELECT identity_key, reason FROM opt_out WHERE jid = ? ORDER BY position");
        putOptOut =
                new Sql(connection, "INSERT INTO opt_out (jid, position, identity_key, reason) VALUES (?, ?, ?, ?)");
        deleteOptOuts = new Sql(connection, "DELETE FROM opt_out WHERE jid = ?");
        String rows = """
                SELECT number, recipient, stanza_id, content, encrypted, policy, trust, refusals, parked
                FROM parked JOIN secret ON slot = stanza
                """;
        parked = new Sql(connection, rows + "ORDER BY number");
        parkedFor = new Sql(connection, rows + "WHERE recipient = ? AND number > ? ORDER BY number");
        parkedMessage = new Sql(connection, rows + "WHERE number = ?");
        putParked = new Sql(connection, """
                INSERT INTO parked (number, recipient, stanza_id, stanza, encrypted, policy, trust, refusals, parked)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET recipient = excluded.recipient, stanza_id = excluded.stanza_id,
                    stanza = excluded.stanza, encrypted = excluded.encrypted, policy = excluded.policy,
                    trust = excluded.trust, refusals = excluded.refusals, parked = excluded.parked""");
        deleteParked = new Sql(connection, "DELETE FROM parked WHERE number = ?");
    }

    Optional<ConversationRecord> conversation(BareJid jid) throws SQLException {
        List<OptOutRecord> asked = optOuts.rows(ConversationRows::optOut, jid);
        return conversation.row(row -> conversation(row, Map.of(jid, asked)), jid);
    }

    List<ConversationRecord> all() throws SQLException {
        Map<BareJid, List<OptOutRecord>> asked = new HashMap<>();
        allOptOuts.rows(row ->
                asked.computeIfAbsent(row.jid(), jid -> new ArrayList<>()).add(optOut(row)));
        return allConversations.rows(row -> conversation(row, asked));
    }

    private static ConversationRecord conversation(Row row, Map<BareJid, List<OptOutRecord>> asked)
            throws SQLException {
        BareJid jid = row.jid();
        return new ConversationRecord(jid, row.optionalText(), row.bool(), asked.getOrDefault(jid, List.of()));
    }

    private static OptOutRecord optOut(Row row) throws SQLException {
        return new OptOutRecord(row.bytes(), row.text());
    }

    List<ParkedRecord> parked() throws SQLException {
        return parked.rows(ConversationRows::message);
    }

    List<ParkedRecord> parked(BareJid to, long above) throws SQLException {
        return parkedFor.rows(ConversationRows::message, to, above);
    }

    Optional<ParkedRecord> parked(long number) throws SQLException {
        return parkedMessage.row(ConversationRows::message, number);
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutParked put) {
            put(put.parked());
        } else if (change instanceof DeleteParked delete) {
            deleteParked.update(delete.number());
        } else if (change instanceof PutConversation put) {
            put(put.conversation());
        } else {
            return false;
        }
        return true;
    }

    private void put(ConversationRecord record) throws SQLException {
        deleteOptOuts.update(record.jid());
        putConversation.update(record.jid(), record.policy(), record.encrypted());
        for (int i = 0; i < record.optOuts().size(); i++) {
            OptOutRecord optOut = record.optOuts().get(i);
            putOptOut.update(record.jid(), i, optOut.identityKey(), optOut.reason());
        }
    }

    private void put(ParkedRecord message) throws SQLException {
        putParked.update(
                message.number(),
                message.to(),
                message.stanzaId(),
                secrets.put(message.stanza()),
                message.encrypted(),
                message.policy(),
                message.trust(),
                message.refusals(),
                message.parked());
    }

    private static ParkedRecord message(Row row) throws SQLException {
        return new ParkedRecord(
                row.number(),
                row.jid(),
                row.text(),
                row.secret(),
                row.optionalText(),
                row.text(),
                row.optionalText(),
                row.integer(),
                row.instant());
    }
}
