/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.parked;
import static org.omemo4j.store.StoreRows.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.StoreConflictException;
import org.omemo4j.store.StoreLockedException;
import org.omemo4j.store.sql.StoreProcess.Task;

/** One store, two processes. */
class TwoProcessesTest {

    private static final int KILLS = 3;
    private static final int COMMITS_BEFORE_KILL = 40;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void theLoserIsToldWhoHoldsTheStore() throws Exception {
        try (StoreProcess holder = StoreProcess.start(Task.HOLD, file())) {
            assertThat(holder.line()).isEqualTo("locked");

            assertThatThrownBy(() -> SqlStore.open(file()).lock())
                    .isInstanceOf(StoreLockedException.class)
                    .hasMessageStartingWith("alice.db is in use by process " + holder.pid() + " (the other program)")
                    .hasMessageContaining(" since ")
                    .hasMessageEndingWith("; stop it or use another store.");
        }
    }

    @Test
    void killingTheHolderFreesTheStore() throws Exception {
        try (StoreProcess holder = StoreProcess.start(Task.HOLD, file())) {
            assertThat(holder.line()).isEqualTo("locked");
            holder.kill();
        }
        SqlStore store = SqlStore.open(file(), "we");
        store.lock();

        assertThat(Files.readString(directory.resolve("alice.db.lock")))
                .startsWith("process " + ProcessHandle.current().pid() + " (we)");
        store.close();
    }

    @Test
    void aLoserInOurProcessDoesNotGiveTheLockAway() throws Exception {
        SqlStore store = SqlStore.open(file(), "we");
        store.lock();
        assertThatThrownBy(() -> SqlStore.open(file()).lock())
                .isInstanceOf(StoreLockedException.class)
                .hasMessageContaining(
                        "in use by process " + ProcessHandle.current().pid() + " (we)");
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), file());
        assertThatThrownBy(() -> SqlStore.open(link).lock()).isInstanceOf(StoreLockedException.class);

        try (StoreProcess loser = StoreProcess.start(Task.HOLD, file())) {
            assertThat(loser.line())
                    .startsWith("StoreLockedException alice.db is in use by process "
                            + ProcessHandle.current().pid());
        }
        store.close();
    }

    @Test
    void everyFlushedCommitSurvivesKill() throws Exception {
        long kept = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long acknowledged = commitUntilKilled() + 1;

            SqlStore store = SqlStore.open(file());
            store.lock();
            long found = store.parked().size();
            assertThat(acknowledged).isGreaterThanOrEqualTo(kept + COMMITS_BEFORE_KILL);
            assertThat(found).isBetween(acknowledged, acknowledged + 1);
            assertThat(store.revision()).isEqualTo(found);
            for (long number = 0; number < found; number++) {
                assertThat(store.parked().get((int) number)).isEqualTo(StoreProcess.parked(number, 1));
                assertThat(store.sessions(device(BOB, (int) number + 1), OMEMO2))
                        .containsExactly(session(number, device(BOB, (int) number + 1)));
            }
            store.close();
            kept = found;
        }
    }

    /** The number of the last commit that had returned before the process was killed in the middle of its work. */
    private long commitUntilKilled() throws Exception {
        long last = -1;
        try (StoreProcess process = StoreProcess.start(Task.COMMIT, file())) {
            for (int i = 0; i < COMMITS_BEFORE_KILL; i++) {
                last = number(process.line());
            }
            process.kill();
            for (String line = process.line(); line != null; line = process.line()) {
                last = number(line);
            }
        }
        return last;
    }

    private static long number(@Nullable String line) {
        assertThat(line).matches("\\d+");
        return Long.parseLong(String.valueOf(line));
    }

    @Test
    void whoGotPastTheLockCausesAConflict() throws Exception {
        SqlStore store = SqlStore.open(file());
        store.lock();
        Changes ours = new Changes(store.revision(), Durability.FLUSHED, List.of(new PutParked(parked(1, BOB))));
        try (Connection intruder = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = intruder.createStatement()) {
            statement.executeUpdate("UPDATE store SET revision = revision + 1");
        }

        assertThatThrownBy(() -> store.commit(ours)).isInstanceOf(StoreConflictException.class);
        assertThat(store.parked()).isEmpty();
        assertThat(store.revision()).isEqualTo(1);
        store.close();
    }

    private Path file() {
        return directory.resolve("alice.db");
    }
}
