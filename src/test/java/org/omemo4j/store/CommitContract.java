/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.parked;
import static org.omemo4j.store.StoreRows.preKey;
import static org.omemo4j.store.StoreRows.session;
import static org.omemo4j.store.StoreRows.skippedKey;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeletePreKey;
import org.omemo4j.store.Changes.DeleteSession;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutPreKey;
import org.omemo4j.store.Changes.PutPreKeyUse;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSkippedKey;

/** {@link OmemoStore#commit}: all or nothing, in order, on top of the revision it was computed from. */
public interface CommitContract extends StoreUnderTest {

    @Test
    default void eachCommitCounts() throws StoreException {
        commit();
        commit(new PutParked(parked(1, BOB)), new PutParked(parked(2, BOB)));
        assertThat(store().revision()).isEqualTo(2);

        restart();
        assertThat(store().revision()).isEqualTo(2);
    }

    @Test
    default void allDurabilitiesAreThereAfterAnOrderlyRestart() throws StoreException {
        store().commit(new Changes(0, Durability.RELAXED, List.of(new PutParked(parked(1, BOB)))));
        store().commit(new Changes(1, Durability.FLUSHED, List.of(new PutParked(parked(2, BOB)))));
        store().commit(new Changes(2, Durability.BATCHED, List.of(new PutParked(parked(3, BOB)))));
        store().commit(new Changes(3, Durability.RELAXED, List.of(new PutParked(parked(4, BOB)))));
        store().commit(new Changes(4, Durability.BATCHED, List.of(new PutParked(parked(5, BOB)))));
        restart();

        assertThat(store().parked()).hasSize(5);
        assertThat(store().revision()).isEqualTo(5);
    }

    @Test
    default void aBatchedCommitIsSeenAtOnceAndCounts() throws StoreException {
        store().commit(new Changes(0, Durability.BATCHED, List.of(new PutParked(parked(1, BOB)))));
        assertThat(store().parked()).containsExactly(parked(1, BOB));
        assertThat(store().revision()).isEqualTo(1);

        store().commit(new Changes(1, Durability.BATCHED, List.of(new PutParked(parked(2, BOB)))));
        assertThat(store().parked()).hasSize(2);
        assertThat(store().revision()).isEqualTo(2);
    }

    @Test
    default void aBatchedCommitFromAnOlderRevisionIsRefused() throws StoreException {
        store().commit(new Changes(0, Durability.BATCHED, List.of(new PutParked(parked(1, BOB)))));
        Changes late = new Changes(0, Durability.BATCHED, List.of(new PutParked(parked(2, BOB))));

        assertThatThrownBy(() -> store().commit(late)).isInstanceOf(StoreConflictException.class);
        assertThat(store().parked()).containsExactly(parked(1, BOB));
        store().commit(new Changes(1, Durability.BATCHED, List.of(new PutParked(parked(3, BOB)))));
        restart();
        assertThat(store().parked()).containsExactly(parked(1, BOB), parked(3, BOB));
    }

    @Test
    default void aBatchedCommitThatFailsLeavesNothingAndItsBatchAsItWas() throws StoreException {
        store().commit(new Changes(0, Durability.BATCHED, List.of(new PutParked(parked(1, BOB)))));
        Change orphan = new PutSkippedKey(skippedKey(404, key(1), 0, 0));
        Changes wrong = new Changes(1, Durability.BATCHED, List.of(new PutParked(parked(2, BOB)), orphan));

        assertThatThrownBy(() -> store().commit(wrong))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreConflictException.class);
        assertThat(store().parked()).containsExactly(parked(1, BOB));
        assertThat(store().revision()).isEqualTo(1);
        restart();
        assertThat(store().parked()).containsExactly(parked(1, BOB));
    }

    @Test
    default void changesThatWereComputedFromAnOlderRevisionAreRefused() throws StoreException {
        long revision = store().revision();
        commit(new PutParked(parked(1, BOB)));
        Changes late = new Changes(revision, Durability.FLUSHED, List.of(new PutParked(parked(2, BOB))));

        assertThatThrownBy(() -> store().commit(late)).isInstanceOf(StoreConflictException.class);
        assertThat(store().parked()).containsExactly(parked(1, BOB));
        assertThat(store().revision()).isEqualTo(1);
    }

    @Test
    default void changesFromTheFutureAreRefused() {
        Changes early = new Changes(1, Durability.RELAXED, List.of());

        assertThatThrownBy(() -> store().commit(early)).isInstanceOf(StoreConflictException.class);
    }

    @Test
    default void changesAreWrittenInTheirOrder() throws StoreException {
        commit(
                new PutPreKey(preKey(OMEMO2, 1)),
                new DeletePreKey(OMEMO2, 1),
                new PutPreKey(preKey(OMEMO2, 2)),
                new PutSession(session(1, device(BOB, 1))),
                new PutSkippedKey(skippedKey(1, key(1), 0, 0)),
                new DeleteSession(1),
                new PutSession(session(1, device(BOB, 2))));

        assertThat(store().preKeys(OMEMO2)).containsExactly(preKey(OMEMO2, 2));
        assertThat(store().sessions(device(BOB, 1), OMEMO2)).isEmpty();
        assertThat(store().sessions(device(BOB, 2), OMEMO2)).hasSize(1);
        assertThat(store().skippedKey(1, key(1), 0)).isEmpty();
    }

    @Test
    default void aSkippedKeyNeedsItsSession() throws StoreException {
        assertLeavesNothing(new PutSkippedKey(skippedKey(404, key(1), 0, 0)));
    }

    @Test
    default void aClosedChainNeedsItsSession() throws StoreException {
        assertLeavesNothing(new PutClosedChain(404, key(1), 0));
    }

    @Test
    default void aUseOfAPreKeyNeedsThePreKey() throws StoreException {
        assertLeavesNothing(new PutPreKeyUse(OMEMO2, 404, key(1)));
    }

    @Test
    default void aSecondSessionInUseWithOneDeviceIsRefused() throws StoreException {
        assertLeavesNothing(new PutSession(session(2, device(BOB, 1))));
    }

    @Test
    default void theOwnerOfAStoreNeverChanges() throws StoreException {
        assertLeavesNothing(new PutOwnDevice(StoreRows.ownDevice(BOB)));
    }

    private void assertLeavesNothing(Change wrong) throws StoreException {
        commit(
                new PutOwnDevice(StoreRows.ownDevice(ALICE)),
                new PutPreKey(preKey(OMEMO2, 1)),
                new PutPreKeyUse(OMEMO2, 1, key(9)),
                new PutSession(session(1, device(BOB, 1))),
                new PutSkippedKey(skippedKey(1, key(1), 5, 0)));

        assertThatThrownBy(() -> commit(
                        new PutParked(parked(1, BOB)),
                        new DeletePreKey(OMEMO2, 1),
                        new PutPreKey(preKey(OMEMO2, 2)),
                        new PutSkippedKey(skippedKey(1, key(1), 6, 1)),
                        wrong))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreConflictException.class);
        assertUntouched();
        restart();
        assertUntouched();
        commit(new PutParked(parked(2, BOB)));
        assertThat(store().parked()).containsExactly(parked(2, BOB));
    }

    private void assertUntouched() throws StoreException {
        assertThat(store().revision()).isEqualTo(1);
        assertThat(store().ownDevice()).contains(StoreRows.ownDevice(ALICE));
        assertThat(store().parked()).isEmpty();
        assertThat(store().preKeys(OMEMO2)).containsExactly(preKey(OMEMO2, 1));
        assertThat(store().isPreKeyUsedBy(OMEMO2, 1, key(9))).isTrue();
        assertThat(store().sessions(device(BOB, 1), OMEMO2)).containsExactly(session(1, device(BOB, 1)));
        assertThat(store().skippedKey(1, key(1), 5)).isPresent();
        assertThat(store().skippedKey(1, key(1), 6)).isEmpty();
    }

    @Test
    default void manyThreadsLoseNoStep() throws Exception {
        int threads = 8;
        int steps = 25;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(pool.submit(() -> {
                    for (int done = 0; done < steps; done++) {
                        parkOneMore();
                    }
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(store().revision()).isEqualTo(threads * steps);
        List<ParkedRecord> parked = store().parked();
        assertThat(parked).hasSize(threads * steps);
        assertThat(parked.get(threads * steps - 1).number()).isEqualTo(threads * steps - 1);
    }

    /** Computes a step from what it reads, and once more on each conflict. */
    private void parkOneMore() throws StoreException {
        while (true) {
            long revision = store().revision();
            int number = store().parked().size();
            Change park = new PutParked(parked(number, BOB));
            try {
                store().commit(new Changes(revision, Durability.RELAXED, List.of(park)));
                return;
            } catch (StoreConflictException e) {
                Thread.onSpinWait();
            }
        }
    }
}
