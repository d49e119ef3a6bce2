/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.LARGEST_N;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.secret;
import static org.omemo4j.store.StoreRows.session;
import static org.omemo4j.store.StoreRows.skippedKey;

import org.junit.jupiter.api.Test;
import org.omemo4j.store.Changes.DeleteSkippedKey;
import org.omemo4j.store.Changes.DropClosedChains;
import org.omemo4j.store.Changes.DropSkippedKeys;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSkippedKey;

/** Skipped message keys and closed chains of sessions. */
public interface SkippedKeysContract extends StoreUnderTest {

    @Test
    default void skippedKeysAreFoundByChainAndPlace() throws StoreException {
        SkippedKeyRecord first = skippedKey(1, key(1), 0, 0);
        SkippedKeyRecord last = skippedKey(1, key(1), LARGEST_N, Long.MAX_VALUE);
        SkippedKeyRecord otherChain = skippedKey(1, key(2), 0, 1);
        commit(
                new PutSession(session(1, device(BOB, 1))),
                new PutSession(session(2, device(BOB, 2))),
                new PutSkippedKey(first),
                new PutSkippedKey(last),
                new PutSkippedKey(otherChain));
        restart();

        assertThat(store().skippedKey(1, key(1), 0)).contains(first);
        assertThat(store().skippedKey(1, key(1), LARGEST_N)).contains(last);
        assertThat(store().skippedKey(1, key(2), 0)).contains(otherChain);
        assertThat(store().skippedKey(1, key(2), LARGEST_N)).isEmpty();
        assertThat(store().skippedKey(2, key(1), 0)).isEmpty();
    }

    @Test
    default void aSkippedKeyIsReplacedAtItsPlace() throws StoreException {
        SkippedKeyRecord after = new SkippedKeyRecord(1, key(1), 5, 8, secret(99));
        commit(new PutSession(session(1, device(BOB, 1))), new PutSkippedKey(skippedKey(1, key(1), 5, 7)));
        commit(new PutSkippedKey(after));
        assertThat(store().skippedKey(1, key(1), 5)).contains(after);

        commit(new DropSkippedKeys(1, 8));
        assertThat(store().skippedKey(1, key(1), 5)).contains(after);
    }

    @Test
    default void aUsedSkippedKeyIsGone() throws StoreException {
        commit(
                new PutSession(session(1, device(BOB, 1))),
                new PutSkippedKey(skippedKey(1, key(1), 5, 0)),
                new PutSkippedKey(skippedKey(1, key(1), 6, 1)));
        commit(new DeleteSkippedKey(1, key(1), 5), new DeleteSkippedKey(1, key(1), 404));

        assertThat(store().skippedKey(1, key(1), 5)).isEmpty();
        assertThat(store().skippedKey(1, key(1), 6)).isPresent();
    }

    @Test
    default void theOldestSkippedKeysOfASessionGoByTheirNumber() throws StoreException {
        commit(
                new PutSession(session(1, device(BOB, 1))),
                new PutSession(session(2, device(BOB, 2))),
                new PutSkippedKey(skippedKey(1, key(1), 30, 10)),
                new PutSkippedKey(skippedKey(1, key(2), 20, 11)),
                new PutSkippedKey(skippedKey(1, key(3), 10, 12)),
                new PutSkippedKey(skippedKey(2, key(1), 0, 0)));
        commit(new DropSkippedKeys(1, 12), new DropSkippedKeys(404, 12));

        assertThat(store().skippedKey(1, key(1), 30)).isEmpty();
        assertThat(store().skippedKey(1, key(2), 20)).isEmpty();
        assertThat(store().skippedKey(1, key(3), 10)).isPresent();
        assertThat(store().skippedKey(2, key(1), 0)).isPresent();
    }

    @Test
    default void aThousandSkippedKeysAreKeptInOneStep() throws StoreException {
        commit(new PutSession(session(1, device(BOB, 1))));
        PutSkippedKey[] all = new PutSkippedKey[1000];
        for (int i = 0; i < all.length; i++) {
            all[i] = new PutSkippedKey(skippedKey(1, key(1), i, i));
        }
        commit(all);
        commit(new DropSkippedKeys(1, 500));
        restart();

        assertThat(store().skippedKey(1, key(1), 499)).isEmpty();
        assertThat(store().skippedKey(1, key(1), 500)).isPresent();
        assertThat(store().skippedKey(1, key(1), 999)).contains(skippedKey(1, key(1), 999, 999));
    }

    @Test
    default void closedChainsAreRememberedUntilTheyAreDropped() throws StoreException {
        commit(
                new PutSession(session(1, device(BOB, 1))),
                new PutSession(session(2, device(BOB, 2))),
                new PutClosedChain(1, key(1), 0),
                new PutClosedChain(1, key(2), 1),
                new PutClosedChain(1, key(3), Long.MAX_VALUE),
                new PutClosedChain(2, key(1), 0));
        commit(new DropClosedChains(1, 1));
        restart();

        assertThat(store().isClosedChain(1, key(1))).isFalse();
        assertThat(store().isClosedChain(1, key(2))).isTrue();
        assertThat(store().isClosedChain(1, key(3))).isTrue();
        assertThat(store().isClosedChain(1, key(4))).isFalse();
        assertThat(store().isClosedChain(2, key(1))).isTrue();
    }

    @Test
    default void aChainThatIsClosedAgainTakesTheNewNumber() throws StoreException {
        commit(new PutSession(session(1, device(BOB, 1))), new PutClosedChain(1, key(1), 0));
        commit(new PutClosedChain(1, key(1), 9), new DropClosedChains(1, 9));

        assertThat(store().isClosedChain(1, key(1))).isTrue();
    }
}
