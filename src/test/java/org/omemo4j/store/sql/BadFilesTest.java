/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.parked;
import static org.omemo4j.store.StoreRows.secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutSkippedKey;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.SkippedKeyRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.StoreRows;
import org.omemo4j.store.sql.StoreProcess.Task;

/** Files that are not, or no longer, a store that we can use: one sentence, nothing overwritten, the lock free again. */
class BadFilesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    private Path file = Path.of("unset");

    @BeforeEach
    void fill() throws Exception {
        file = directory.resolve("alice.db");
        SqlStore store = SqlStore.open(file);
        store.lock();
        List<Change> changes = new ArrayList<>();
        changes.add(new PutOwnDevice(StoreRows.ownDevice(ALICE)));
        for (int i = 0; i < 200; i++) {
            changes.add(new PutParked(parked(i, BOB)));
        }
        store.commit(new Changes(0, Durability.FLUSHED, changes));
        store.close();
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws Exception {
        Files.writeString(file, "Dear diary, ".repeat(1000));

        assertRefused("is not an OMEMO store");
    }

    @Test
    void aShortFileIsRefused() throws Exception {
        Files.writeString(file, "Dear diary");

        assertRefused("is damaged");
    }

    @Test
    void anotherProgramsDatabaseIsRefused() throws Exception {
        Files.delete(file);
        execute("CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('Dear diary')");

        assertRefused("is not an OMEMO store");
    }

    @Test
    void aStoreOfANewerReleaseIsRefused() throws Exception {
        execute("PRAGMA user_version = " + (Schema.VERSION + 1));

        assertRefused("was written by a newer release");
    }

    @Test
    void aTruncatedStoreIsRefused() throws Exception {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length / 2));
        assertRefused("is damaged");

        Files.write(file, Arrays.copyOf(content, content.length - 1000));
        assertRefused("is damaged");
    }

    @Test
    void aStoreThatLostEverythingButItsLogIsRefused() throws Exception {
        Files.write(file, new byte[0]);
        Files.write(directory.resolve("alice.db-wal"), new byte[5000]);

        assertRefused("is damaged");
    }

    @Test
    void everyDamagedPageIsNoticed() throws Exception {
        byte[] content = Files.readAllBytes(file);
        int pageSize = 4096;
        int refused = 0;
        for (int page = 0; page < content.length / pageSize; page++) {
            byte[] damaged = content.clone();
            Arrays.fill(damaged, page * pageSize, (page + 1) * pageSize, (byte) 0xa5);
            Files.write(file, damaged);
            SqlStore store = SqlStore.open(file);
            try {
                store.lock();
                store.close();
            } catch (StoreException e) {
                assertThat(e).hasMessageMatching(".*(is damaged|is not an OMEMO store).*");
                assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
                refused++;
            }
        }
        assertThat(refused).isEqualTo(content.length / pageSize);
        Files.write(file, content);
        assertOpens();
    }

    @Test
    void aDirectoryIsRefused() throws Exception {
        Path somewhere = Files.createDirectory(directory.resolve("somewhere"));

        assertThatThrownBy(() -> SqlStore.open(somewhere).lock())
                .isInstanceOf(StoreException.class)
                .hasMessageEndingWith("is not a file.");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws Exception {
        Path below = file.resolve("below").resolve("bob.db");

        assertThatThrownBy(() -> SqlStore.open(below).lock())
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("The directory ");
    }

    @Test
    void aReadOnlyFileIsRefused() throws Exception {
        byte[] content = Files.readAllBytes(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));

        assertThat(lockElsewhere()).matches("StoreException .*alice\\.db cannot be written: .*read-only\\.");
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertOpens();
    }

    @Test
    void aReadOnlyDirectoryIsRefused() throws Exception {
        byte[] content = Files.readAllBytes(file);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
        try {
            assertThat(lockElsewhere()).matches("StoreException .*alice\\.db cannot be written: .*read-only\\.");
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertOpens();
    }

    /** In a process that respects permissions: root, who may be running this, needs to be told to. */
    private String lockElsewhere() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        String[] launcher = root
                ? new String[] {"setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"}
                : new String[0];
        try (StoreProcess process = StoreProcess.start(Task.HOLD, file, launcher)) {
            return String.valueOf(process.line());
        }
    }

    @Test
    void aFullDiskFailsTheCommitAndLeavesTheStoreAsItWas() throws Exception {
        SqlStore store = SqlStore.open(file);
        store.lock();
        try (Statement statement = store.database().connection().createStatement()) {
            statement.execute("PRAGMA max_page_count = 1"); // The smallest it can be is what it is.
        }
        ParkedRecord large = new ParkedRecord(
                1000,
                BOB,
                "id",
                secret("x".repeat(100_000)),
                Optional.empty(),
                "REQUIRED",
                Optional.empty(),
                0,
                StoreRows.NOW);

        assertThatThrownBy(() -> store.commit(new Changes(1, Durability.FLUSHED, List.of(new PutParked(large)))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the disk is full");
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.parked()).hasSize(200);
        store.commit(new Changes(1, Durability.FLUSHED, List.of(new PutOwnDevice(StoreRows.ownDevice(ALICE)))));
        store.close();
        assertOpens();
    }

    @Test
    void aWriteErrorFailsTheCommitAndLeavesTheStoreAsItWas() throws Exception {
        String limitFiles = "ulimit -f 10000; exec \"$@\""; // Blocks of 512 bytes: SQLite's library must fit.
        List<String> lines = new ArrayList<>();
        Path full = directory.resolve("full.db");
        try (StoreProcess process = StoreProcess.start(Task.FILL, full, "sh", "-c", limitFiles, "sh")) {
            for (String line = process.line(); line != null; line = process.line()) {
                lines.add(line);
            }
        }
        assertThat(lines).hasSizeGreaterThan(1);
        assertThat(lines.get(lines.size() - 1)).startsWith("StoreException ").contains("full.db cannot be written");
        SqlStore store = SqlStore.open(full);
        store.lock();

        int done = lines.size() - 1;
        assertThat(lines.get(done - 1)).isEqualTo(Integer.toString(done - 1));
        assertThat(store.parked()).hasSize(done);
        assertThat(store.revision()).isEqualTo(done);
        store.close();
    }

    @Test
    void noErrorShowsASecret() throws Exception {
        String key = StoreRows.key(0x5e).toHex();
        SqlStore store = SqlStore.open(file);
        store.lock();
        Change orphan = new PutSkippedKey(new SkippedKeyRecord(404, StoreRows.key(1), 0, 0, secret(0x5e)));

        assertThatThrownBy(() -> store.commit(new Changes(1, Durability.FLUSHED, List.of(orphan))))
                .satisfies(e -> {
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(String.valueOf(cause.getMessage()))
                                .doesNotContain(key)
                                .doesNotContain("^".repeat(8));
                    }
                });
        store.close();
    }

    private void assertRefused(String sentence) throws IOException {
        byte[] before = Files.readAllBytes(file);
        for (int attempt = 0; attempt < 2; attempt++) { // The second sees whether the first one freed the lock.
            assertThatThrownBy(() -> SqlStore.open(file).lock())
                    .isExactlyInstanceOf(StoreException.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining(sentence);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    private void assertOpens() throws StoreException {
        SqlStore store = SqlStore.open(file);
        store.lock();
        assertThat(store.parked()).hasSize(200);
        store.close();
    }

    private void execute(String... commands) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        }
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .startsWith("SQLite format 3");
    }
}
