/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;

/** One statement, prepared at its first use and kept. Its parameters may be of the types of our records. Not thread-safe. */
final class Sql {

    private final Connection connection;
    private final String text;
    private @Nullable PreparedStatement prepared;

    Sql(Connection connection, String text) {
        this.connection = connection;
        this.text = text;
    }

    /** All rows of an answer that is needed once. */
    static <T> List<T> once(Connection connection, String text, Row.Reader<T> reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(text)) {
            return read(result, reader);
        }
    }

    /** Runs it; how many rows it touched. */
    int update(Object... parameters) throws SQLException {
        return run(statement -> statement.executeUpdate(), parameters);
    }

    /** All rows of its answer. */
    <T> List<T> rows(Row.Reader<T> reader, Object... parameters) throws SQLException {
        return run(
                statement -> {
                    try (ResultSet result = statement.executeQuery()) {
                        return read(result, reader);
                    }
                },
                parameters);
    }

    private static <T> List<T> read(ResultSet result, Row.Reader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        while (result.next()) {
            rows.add(reader.read(new Row(result)));
        }
        return List.copyOf(rows);
    }

    /** The row of its answer, if there is one. There must not be two. */
    <T> Optional<T> row(Row.Reader<T> reader, Object... parameters) throws SQLException {
        List<T> rows = rows(reader, parameters);
        if (rows.size() > 1) {
            throw new SQLException(rows.size() + " rows where one is possible");
        }
        return rows.stream().findFirst();
    }

    boolean hasRow(Object... parameters) throws SQLException {
        return !rows(Row::integer, parameters).isEmpty();
    }

    private interface Run<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(Run<T> run, Object... parameters) throws SQLException {
        PreparedStatement statement = prepared;
        if (statement == null) {
            statement = connection.prepareStatement(text);
            prepared = statement;
        }
        boolean done = false;
        try {
            for (int i = 0; i < parameters.length; i++) {
                set(statement, i + 1, parameters[i]);
            }
            T result = run.with(statement);
            done = true;
            return result;
        } finally {
            if (!done) {
                prepared = null; // The driver closes a statement that fails.
                statement.close();
            }
        }
    }

    private static void set(PreparedStatement statement, int index, Object parameter) throws SQLException {
        if (parameter instanceof Optional<?> optional) {
            if (optional.isPresent()) {
                set(statement, index, optional.get());
            } else {
                statement.setNull(index, Types.NULL);
            }
        } else if (parameter instanceof Long number) {
            statement.setLong(index, number);
        } else if (parameter instanceof Integer number) {
            statement.setInt(index, number);
        } else if (parameter instanceof Boolean flag) {
            statement.setInt(index, flag ? 1 : 0);
        } else if (parameter instanceof String string) {
            statement.setString(index, string);
        } else if (parameter instanceof Bytes bytes) {
            statement.setBytes(index, bytes.toByteArray());
        } else if (parameter instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else if (parameter instanceof Instant instant) {
            statement.setLong(index, Nanoseconds.of(instant));
        } else if (parameter instanceof BareJid jid) {
            statement.setString(index, jid.toString());
        } else {
            throw new IllegalArgumentException("a parameter of type " + parameter.getClass());
        }
    }
}
