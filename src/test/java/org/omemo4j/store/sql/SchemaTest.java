/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.parked;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutParked;

/** Every store that a release has written opens, today and later. */
class SchemaTest {

    private static final String SCHEMA =
            "SELECT type || name || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    static IntStream versions() {
        return IntStream.rangeClosed(1, Schema.VERSION);
    }

    @ParameterizedTest(name = "schema {0}")
    @MethodSource("versions")
    void aStoreOfEveryReleaseOpensWithAllItsRows(int version) throws Exception {
        SqlStore store = copyOf(version);
        StoredDatabase.assertIn(store);

        store.commit(new Changes(1, Durability.FLUSHED, List.of(new PutParked(parked(2, BOB)))));
        store.close();
        store.lock();
        assertThat(store.parked()).hasSize(2);
        store.close();
    }

    @ParameterizedTest(name = "schema {0}")
    @MethodSource("versions")
    void anUpgradedStoreHasTheTablesOfANewOne(int version) throws Exception {
        SqlStore old = copyOf(version);
        SqlStore fresh = SqlStore.open(directory.resolve("fresh.db"));
        fresh.lock();

        assertThat(schema(old)).isEqualTo(schema(fresh)).isNotEmpty();
        old.close();
        fresh.close();
    }

    @Test
    void aNewStoreSaysWhatItIs() throws Exception {
        SqlStore store = SqlStore.open(directory.resolve("alice.db"));
        store.lock();

        assertThat(answer(store, "PRAGMA user_version")).isEqualTo("" + Schema.VERSION);
        assertThat(answer(store, "PRAGMA application_id")).isEqualTo("" + StoreFile.APPLICATION_ID);
        assertThat(answer(store, "PRAGMA journal_mode")).isEqualTo("wal");
        assertThat(answer(store, "PRAGMA secure_delete")).isEqualTo("1");
        assertThat(answer(store, "PRAGMA foreign_keys")).isEqualTo("1");
        store.close();
    }

    @Test
    void flushedCommitsAreSyncedAndRelaxedOnesAreNot() throws Exception {
        SqlStore store = SqlStore.open(directory.resolve("alice.db"));
        store.lock();
        String normal = "1";
        String full = "2";

        store.commit(new Changes(0, Durability.RELAXED, List.of()));
        assertThat(answer(store, "PRAGMA synchronous")).isEqualTo(normal);
        store.commit(new Changes(1, Durability.FLUSHED, List.of()));
        assertThat(answer(store, "PRAGMA synchronous")).isEqualTo(full);
        store.close();
    }

    private SqlStore copyOf(int version) throws Exception {
        Path copy = directory.resolve("old.db");
        Files.copy(StoredDatabase.of(version), copy);
        SqlStore store = SqlStore.open(copy);
        store.lock();
        return store;
    }

    private static List<String> schema(SqlStore store) throws Exception {
        return Sql.once(store.database().connection(), SCHEMA, Row::text);
    }

    private static String answer(SqlStore store, String pragma) throws Exception {
        return Sql.once(store.database().connection(), pragma, Row::text).get(0);
    }
}
