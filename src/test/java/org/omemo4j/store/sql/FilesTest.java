/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.StoreRows;

/** The files of a store: whose they are, and when they are there. */
class FilesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void allFilesAreReadableByTheirOwnerOnly() throws Exception {
        SqlStore store = locked(directory.resolve("new").resolve("deep").resolve("alice.db"));
        Path made = directory.resolve("new").resolve("deep");

        assertThat(permissions(directory.resolve("new"))).isEqualTo("rwx------");
        assertThat(permissions(made)).isEqualTo("rwx------");
        for (String name : List.of("alice.db", "alice.db-wal", "alice.db-shm", "alice.db.lock")) {
            assertThat(permissions(made.resolve(name))).as(name).isEqualTo("rw-------");
        }
        store.close();
    }

    @Test
    void aFileThatOthersCouldReadIsTakenFromThem() throws Exception {
        Path file = directory.resolve("alice.db");
        locked(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        SqlStore store = SqlStore.open(file);
        store.lock();

        assertThat(permissions(file)).isEqualTo("rw-------");
        store.close();
    }

    @Test
    void openingTouchesNothing() throws Exception {
        try (SqlStore store = SqlStore.open(directory.resolve("alice.db"))) {
            assertThat(store).isNotNull();
        }
        assertThat(new StoreFiles(directory).read()).isEmpty();
    }

    @Test
    void onlyTheFileAndTheEmptyLockStayAfterClosing() throws Exception {
        locked(directory.resolve("alice.db")).close();

        assertThat(new StoreFiles(directory).read()).containsOnlyKeys("alice.db", "alice.db.lock");
        assertThat(Files.size(directory.resolve("alice.db.lock"))).isZero();
    }

    @Test
    void anEmptyFileBecomesAStore() throws Exception {
        Path file = Files.createFile(directory.resolve("alice.db"));

        locked(file).close();
        assertThat(Files.size(file)).isPositive();
    }

    @Test
    void anyNameWillDo() throws Exception {
        Path file = directory.resolve("a b?mode=memory&c#d%41 ü;'.db");
        locked(file).close();
        SqlStore store = SqlStore.open(file);
        store.lock();

        assertThat(store.ownDevice()).isPresent();
        store.close();
        assertThat(new StoreFiles(directory).read())
                .containsOnlyKeys(file.getFileName().toString(), file.getFileName() + ".lock");
    }

    private static SqlStore locked(Path file) throws Exception {
        SqlStore store = SqlStore.open(file);
        store.lock();
        store.commit(new Changes(
                store.revision(), Durability.FLUSHED, List.of(new PutOwnDevice(StoreRows.ownDevice(ALICE)))));
        return store;
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
