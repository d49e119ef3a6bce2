/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.ENDS_OF_TIME;
import static org.omemo4j.store.StoreRows.LEGACY;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.secret;
import static org.omemo4j.store.StoreRows.session;
import static org.omemo4j.store.StoreRows.skippedKey;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.Changes.DeleteSession;
import org.omemo4j.store.Changes.DropReplacements;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutReplacement;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSkippedKey;

/** Sessions. */
public interface SessionsContract extends StoreUnderTest {

    /** The device that most tests have sessions with. */
    DeviceAddress BOBS_DEVICE = device(BOB, 31);

    @Test
    default void aSessionIsKeptWithAllItsFields() throws StoreException {
        SessionRecord full = new SessionRecord(
                Long.MIN_VALUE,
                device(BOB, Integer.MAX_VALUE),
                LEGACY,
                key(0xff),
                ENDS_OF_TIME.get(0),
                Optional.of(ENDS_OF_TIME.get(1)),
                true,
                secret("x".repeat(5000)));
        SessionRecord bare = new SessionRecord(
                Long.MAX_VALUE, full.address(), LEGACY, key(0), NOW, Optional.empty(), false, secret(""));
        commit(new PutSession(full), new PutSession(bare));
        restart();

        assertThat(store().sessions(full.address(), LEGACY)).containsExactly(bare, full);
        assertThat(store().sessions(full.address(), OMEMO2)).isEmpty();
        assertThat(store().sessions(device(ALICE, Integer.MAX_VALUE), LEGACY)).isEmpty();
    }

    @Test
    default void theSessionInUseComesFirstThenTheArchivedNewestFirst() throws StoreException {
        SessionRecord inUse = session(1, BOBS_DEVICE, NOW.minusSeconds(9), Optional.empty());
        SessionRecord newest = session(2, BOBS_DEVICE, NOW.plusNanos(2), Optional.of(NOW));
        SessionRecord middle = session(3, BOBS_DEVICE, NOW.plusNanos(1), Optional.of(NOW.plusSeconds(9)));
        SessionRecord oldest = session(4, BOBS_DEVICE, NOW, Optional.of(NOW));
        commit(new PutSession(oldest), new PutSession(newest), new PutSession(inUse), new PutSession(middle));

        assertThat(store().sessions(BOBS_DEVICE, OMEMO2)).containsExactly(inUse, newest, middle, oldest);
    }

    @Test
    default void aSessionTakesOverAfterTheOneInUseIsArchived() throws StoreException {
        SessionRecord archived = session(1, BOBS_DEVICE, NOW, Optional.of(NOW));
        commit(new PutSession(session(1, BOBS_DEVICE)));
        commit(new PutSession(archived), new PutSession(session(2, BOBS_DEVICE)));

        assertThat(store().sessions(BOBS_DEVICE, OMEMO2)).containsExactly(session(2, BOBS_DEVICE), archived);
    }

    @Test
    default void devicesAndVersionsHaveTheirOwnSessionInUse() throws StoreException {
        SessionRecord legacy =
                new SessionRecord(3, BOBS_DEVICE, LEGACY, key(3), NOW, Optional.empty(), false, secret("legacy"));
        commit(
                new PutSession(session(1, BOBS_DEVICE)),
                new PutSession(session(2, device(BOB, 27))),
                new PutSession(legacy),
                new PutSession(session(4, device(ALICE, 31))));

        assertThat(store().sessions(BOBS_DEVICE, OMEMO2)).containsExactly(session(1, BOBS_DEVICE));
        assertThat(store().sessions(BOBS_DEVICE, LEGACY)).containsExactly(legacy);
    }

    @Test
    default void theStateOfASessionIsReplacedAndKeepsItsSkippedKeys() throws StoreException {
        SessionRecord before = session(1, BOBS_DEVICE);
        SessionRecord after = new SessionRecord(
                1, BOBS_DEVICE, OMEMO2, before.ephemeralKey(), NOW, Optional.empty(), false, secret("later"));
        commit(
                new PutSession(before),
                new PutSkippedKey(skippedKey(1, key(1), 0, 0)),
                new PutClosedChain(1, key(2), 0));
        commit(new PutSession(after));
        restart();

        assertThat(store().sessions(BOBS_DEVICE, OMEMO2)).containsExactly(after);
        assertThat(store().skippedKey(1, key(1), 0)).isPresent();
        assertThat(store().isClosedChain(1, key(2))).isTrue();
    }

    @Test
    default void everyFieldOfASessionCanBeReplaced() throws StoreException {
        SessionRecord after = new SessionRecord(
                1, device(ALICE, 5), LEGACY, key(9), NOW.plusNanos(1), Optional.of(NOW), true, secret("later"));
        commit(new PutSession(session(1, BOBS_DEVICE)), new PutSkippedKey(skippedKey(1, key(1), 0, 0)));
        commit(new PutSession(after));

        assertThat(store().sessions(BOBS_DEVICE, OMEMO2)).isEmpty();
        assertThat(store().sessions(device(ALICE, 5), LEGACY)).containsExactly(after);
        assertThat(store().skippedKey(1, key(1), 0)).isPresent();
    }

    @Test
    default void aDeletedSessionTakesItsSkippedKeysAndClosedChainsWithIt() throws StoreException {
        SessionRecord archived = session(1, BOBS_DEVICE, NOW, Optional.of(NOW));
        commit(
                new PutSession(archived),
                new PutSession(session(2, BOBS_DEVICE)),
                new PutSkippedKey(skippedKey(1, key(1), 0, 0)),
                new PutSkippedKey(skippedKey(2, key(1), 0, 0)),
                new PutClosedChain(1, key(2), 0),
                new PutClosedChain(2, key(2), 0));
        commit(new DeleteSession(1), new DeleteSession(404));
        assertThat(store().sessions(BOBS_DEVICE, OMEMO2)).containsExactly(session(2, BOBS_DEVICE));
        assertThat(store().skippedKey(2, key(1), 0)).isPresent();
        assertThat(store().isClosedChain(2, key(2))).isTrue();

        commit(new PutSession(archived));
        assertThat(store().skippedKey(1, key(1), 0)).isEmpty();
        assertThat(store().isClosedChain(1, key(2))).isFalse();
    }

    @Test
    default void sessionsThatOweAnEmptyMessageAreFound() throws StoreException {
        SessionRecord owing = owing(1, device(BOB, 1), OMEMO2, true);
        SessionRecord archivedOwing =
                new SessionRecord(4, device(BOB, 4), OMEMO2, key(4), NOW, Optional.of(NOW), true, secret("archived"));
        commit(
                new PutSession(owing),
                new PutSession(owing(2, device(BOB, 2), OMEMO2, false)),
                new PutSession(owing(3, device(BOB, 3), LEGACY, true)),
                new PutSession(archivedOwing));
        restart();
        assertThat(store().sessionsOwingEmptyMessage(OMEMO2)).containsExactlyInAnyOrder(owing, archivedOwing);

        commit(new PutSession(owing(1, device(BOB, 1), OMEMO2, false)), new DeleteSession(4));
        assertThat(store().sessionsOwingEmptyMessage(OMEMO2)).isEmpty();
        assertThat(store().sessionsOwingEmptyMessage(LEGACY)).hasSize(1);
    }

    @Test
    default void sessionsInUseAreFound() throws StoreException {
        SessionRecord first = session(1, BOBS_DEVICE);
        SessionRecord second = session(2, device(ALICE, 31));
        commit(
                new PutSession(second),
                new PutSession(first),
                new PutSession(session(3, BOBS_DEVICE, NOW, Optional.of(NOW))));
        restart();
        assertThat(store().sessionsInUse(OMEMO2)).containsExactly(first, second);
        assertThat(store().sessionsInUse(LEGACY)).isEmpty();

        commit(new PutSession(session(1, BOBS_DEVICE, NOW, Optional.of(NOW))));
        assertThat(store().sessionsInUse(OMEMO2)).containsExactly(second);
    }

    @Test
    default void replacementsAreKeptPerDeviceOldestFirst() throws StoreException {
        ReplacementRecord old = new ReplacementRecord(BOBS_DEVICE, OMEMO2, NOW, false);
        ReplacementRecord young = new ReplacementRecord(BOBS_DEVICE, LEGACY, NOW.plusNanos(1), true);
        ReplacementRecord others = new ReplacementRecord(device(ALICE, 31), OMEMO2, NOW, true);
        commit(new PutReplacement(young), new PutReplacement(old), new PutReplacement(others));
        restart();

        assertThat(store().replacements(BOBS_DEVICE)).containsExactly(old, young);
        assertThat(store().replacementsOwed(OMEMO2)).containsExactly(others);
        assertThat(store().replacementsOwed(LEGACY)).containsExactly(young);
    }

    @Test
    default void aReplacementIsReplacedAndOldOnesGo() throws StoreException {
        ReplacementRecord owed = new ReplacementRecord(BOBS_DEVICE, OMEMO2, NOW, true);
        ReplacementRecord begun = new ReplacementRecord(BOBS_DEVICE, OMEMO2, NOW, false);
        commit(new PutReplacement(owed), new PutReplacement(begun));
        assertThat(store().replacements(BOBS_DEVICE)).containsExactly(begun);
        assertThat(store().replacementsOwed(OMEMO2)).isEmpty();

        commit(new DropReplacements(device(ALICE, 31), NOW.plusNanos(1)), new DropReplacements(BOBS_DEVICE, NOW));
        assertThat(store().replacements(BOBS_DEVICE)).containsExactly(begun);
        commit(new DropReplacements(BOBS_DEVICE, NOW.plusNanos(1)));
        assertThat(store().replacements(BOBS_DEVICE)).isEmpty();
    }

    private static SessionRecord owing(long id, DeviceAddress address, String version, boolean owing) {
        return new SessionRecord(id, address, version, key(1), NOW, Optional.empty(), owing, secret("state"));
    }
}
