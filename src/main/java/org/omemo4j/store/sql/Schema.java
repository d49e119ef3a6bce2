/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.omemo4j.store.StoreException;

/**
 * The tables, by version. The files {@code schema/<version>.sql} lead from one version to the next; a file that was released never changes
 * again.
 */
final class Schema {

    /** The newest version, the one this release works with. */
    static final int VERSION = 1;

    private Schema() {}

    /** Brings an empty file or one of an older version to {@link #VERSION}, in one transaction. */
    static void upgrade(Path file, Connection connection) throws SQLException, StoreException {
        int found = pragma(connection, "user_version");
        if (found > VERSION) {
            throw Failures.newer(file, found, VERSION);
        }
        boolean ours = pragma(connection, "application_id") == StoreFile.APPLICATION_ID;
        if (!ours && !(found == 0 && isEmpty(connection))) {
            throw Failures.foreign(file);
        }
        if (ours && found == VERSION) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                for (int version = found + 1; version <= VERSION; version++) {
                    run(statement, version);
                }
                statement.execute("PRAGMA application_id = " + StoreFile.APPLICATION_ID);
                statement.execute("PRAGMA user_version = " + VERSION);
                statement.execute("COMMIT");
            } catch (SQLException e) {
                rollBack(statement, e);
                throw e;
            }
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        return Sql.once(connection, "SELECT count(*) FROM sqlite_schema", Row::integer)
                .equals(List.of(0));
    }

    private static int pragma(Connection connection, String name) throws SQLException {
        return Sql.once(connection, "PRAGMA " + name, Row::integer).get(0);
    }

    private static void run(Statement statement, int version) throws SQLException {
        for (String sql : read(version).split("\n\\s*\n")) {
            if (!sql.lines().allMatch(line -> line.isBlank() || line.startsWith("--"))) {
                statement.execute(sql);
            }
        }
    }

    private static String read(int version) {
        try (InputStream file = Schema.class.getResourceAsStream("schema/" + version + ".sql")) {
            if (file == null) {
                throw new IllegalStateException("the jar has no schema " + version);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the schema " + version + " cannot be read from the jar", e);
        }
    }

    private static void rollBack(Statement statement, SQLException cause) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e); // SQLite has rolled back by itself.
        }
    }
}
