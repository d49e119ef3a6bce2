/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.parked;
import static org.omemo4j.store.StoreRows.secret;
import static org.omemo4j.store.StoreRows.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.StoreConflictException;
import org.omemo4j.store.StoreException;

/** Commits in batches: what is on the disk, and when. */
class BatchTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    private SqlStore store = SqlStore.open(Path.of("unset"));

    @BeforeEach
    void open() throws Exception {
        store = SqlStore.open(directory.resolve("alice.db"));
        store.lock();
        commit(Durability.RELAXED, new PutParked(parked(0, BOB)));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void whatIsBatchedIsLostByACrash() throws Exception {
        commit(Durability.BATCHED, new PutParked(parked(1, BOB)));
        commit(Durability.BATCHED, new PutParked(parked(2, BOB)));

        assertThat(store.parked()).hasSize(3);
        assertThat(numbersAfterACrash()).containsExactly(0L);
    }

    @Test
    void theNextOtherCommitTakesItAlong() throws Exception {
        commit(Durability.BATCHED, new PutParked(parked(1, BOB)));
        commit(Durability.RELAXED, new PutParked(parked(2, BOB)));
        commit(Durability.BATCHED, new PutParked(parked(3, BOB)));

        assertThat(numbersAfterACrash()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aCommitWithoutChangesEndsABatch() throws Exception {
        commit(Durability.BATCHED, new PutParked(parked(1, BOB)));
        commit(Durability.RELAXED);

        assertThat(numbersAfterACrash()).containsExactly(0L, 1L);
    }

    @Test
    void aFlushedCommitAfterABatchIsSynced() throws Exception {
        commit(Durability.BATCHED, new PutParked(parked(1, BOB)));
        commit(Durability.FLUSHED, new PutParked(parked(2, BOB)));

        assertThat(Sql.once(store.database().connection(), "PRAGMA synchronous", Row::text))
                .containsExactly("2");
        assertThat(numbersAfterACrash()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whenTheDiskIsFullTheCommitFailsAndTheRevisionTellsWhatIsLeft() throws Exception {
        commit(Durability.BATCHED, new PutParked(parked(1, BOB)));
        try (Statement statement = store.database().connection().createStatement()) {
            statement.execute("PRAGMA max_page_count = 1"); // The smallest it can be is what it is.
        }
        ParkedRecord large = new ParkedRecord(
                9, BOB, "id", secret("x".repeat(100_000)), Optional.empty(), "REQUIRED", Optional.empty(), 0, NOW);

        assertThatThrownBy(() -> commit(Durability.BATCHED, new PutParked(large)))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreConflictException.class);
        assertThat(store.parked()).hasSize((int) store.revision());
        commit(Durability.RELAXED, new PutSession(session(1, device(BOB, 1))));
        assertThat(store.sessions(device(BOB, 1), OMEMO2)).hasSize(1);
    }

    /** Where a session's state lies is remembered; a commit that is taken back must not leave a wrong memory. */
    @Test
    void aSessionThatWasTakenBackIsWrittenAnew() throws Exception {
        SessionRecord session = session(1, device(BOB, 1));
        SessionRecord second = session(2, device(BOB, 1));
        assertThatThrownBy(() -> commit(Durability.BATCHED, new PutSession(session), new PutSession(second)))
                .isInstanceOf(StoreException.class);

        commit(Durability.BATCHED, new PutSession(session));
        commit(Durability.BATCHED, new PutSession(session));

        assertThat(store.sessions(device(BOB, 1), OMEMO2)).containsExactly(session);
    }

    private void commit(Durability durability, Change... changes) throws StoreException {
        store.commit(new Changes(store.revision(), durability, List.of(changes)));
    }

    /** What somebody finds who takes the files as they lie there now, as after a {@code kill -9}. */
    private List<Long> numbersAfterACrash() throws Exception {
        Path copy = Files.createTempDirectory(directory, "crash").resolve("alice.db");
        Files.copy(directory.resolve("alice.db"), copy);
        Files.copy(directory.resolve("alice.db-wal"), copy.resolveSibling("alice.db-wal"));
        SqlStore found = SqlStore.open(copy);
        found.lock();
        try {
            return found.parked().stream().map(ParkedRecord::number).toList();
        } finally {
            found.close();
        }
    }
}
