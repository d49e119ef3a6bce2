/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/** One row of an answer: the columns from left to right, each read once, as the types of our records. */
final class Row {

    private final ResultSet result;
    private int column;

    Row(ResultSet result) {
        this.result = result;
    }

    /** Makes a value of a row. */
    interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    boolean bool() throws SQLException {
        return result.getInt(++column) != 0;
    }

    int integer() throws SQLException {
        return result.getInt(++column);
    }

    long number() throws SQLException {
        return result.getLong(++column);
    }

    String text() throws SQLException {
        return present(result.getString(++column));
    }

    Optional<String> optionalText() throws SQLException {
        return Optional.ofNullable(result.getString(++column));
    }

    Bytes bytes() throws SQLException {
        return Bytes.of(present(result.getBytes(++column)));
    }

    Optional<Bytes> optionalBytes() throws SQLException {
        return Optional.ofNullable(result.getBytes(++column)).map(Bytes::of);
    }

    /** The content of a slot. */
    Secret secret() throws SQLException {
        return SecretSlots.unpack(present(result.getBytes(++column)));
    }

    Instant instant() throws SQLException {
        return Nanoseconds.toInstant(number());
    }

    Optional<Instant> optionalInstant() throws SQLException {
        long nanoseconds = number();
        return result.wasNull() ? Optional.empty() : Optional.of(Nanoseconds.toInstant(nanoseconds));
    }

    BareJid jid() throws SQLException {
        return jid(text());
    }

    Optional<BareJid> optionalJid() throws SQLException {
        Optional<String> text = optionalText();
        return text.isPresent() ? Optional.of(jid(text.get())) : Optional.empty();
    }

    private static BareJid jid(String text) throws SQLException {
        try {
            return JidCreate.bareFrom(text);
        } catch (XmppStringprepException e) {
            throw new SQLException("what is stored as a JID is none", e);
        }
    }

    private static <T> T present(@Nullable T value) throws SQLException {
        if (value == null) {
            throw new SQLException("a column that must have a value has none");
        }
        return value;
    }
}
