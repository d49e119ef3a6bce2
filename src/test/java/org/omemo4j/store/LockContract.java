/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.store.StoreRows.ALICE;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutOwnDevice;

/** {@link OmemoStore#lock} and {@link OmemoStore#close}. */
public interface LockContract extends StoreUnderTest {

    /** A store that is not locked by this object, on the same place. */
    OmemoStore other() throws Exception;

    @Test
    default void aNewStoreIsEmpty() throws StoreException {
        assertThat(store().revision()).isZero();
        assertThat(store().ownDevice()).isEmpty();
        assertThat(store().ownBundle(StoreRows.OMEMO2)).isEmpty();
        assertThat(store().signedPreKeys(StoreRows.OMEMO2)).isEmpty();
        assertThat(store().preKeys(StoreRows.OMEMO2)).isEmpty();
        assertThat(store().devices(ALICE)).isEmpty();
        assertThat(store().sessionsOwingEmptyMessage(StoreRows.OMEMO2)).isEmpty();
        assertThat(store().trust(ALICE)).isEmpty();
        assertThat(store().parked()).isEmpty();
    }

    @Test
    default void aLockedStoreCannotBeLockedAgain() throws Exception {
        OmemoStore second = other();

        assertThatThrownBy(second::lock)
                .isInstanceOf(StoreLockedException.class)
                .hasMessageContaining("in use by");
        assertThatThrownBy(store()::lock).isInstanceOf(StoreLockedException.class);

        commit(new PutOwnDevice(StoreRows.ownDevice(ALICE)));
        assertThat(store().ownDevice()).isPresent();
    }

    @Test
    default void theLoserMayTryAgainWhenTheStoreIsFree() throws Exception {
        OmemoStore second = other();
        assertThatThrownBy(second::lock).isInstanceOf(StoreLockedException.class);
        store().close();

        second.lock();
        assertThat(second.revision()).isZero();
        second.close();
    }

    @Test
    default void aStoreCanBeLockedAgainAfterItWasClosed() throws StoreException {
        commit(new PutOwnDevice(StoreRows.ownDevice(ALICE)));
        store().close();
        store().lock();

        assertThat(store().revision()).isEqualTo(1);
        assertThat(store().ownDevice()).contains(StoreRows.ownDevice(ALICE));
    }

    @Test
    default void closingTwiceDoesNothing() throws StoreException {
        store().close();
        store().close();
    }

    @Test
    default void aClosedStoreRefusesReadsAndCommits() throws StoreException {
        store().close();

        assertThatThrownBy(store()::revision).isInstanceOf(StoreException.class);
        assertThatThrownBy(store()::ownDevice).isInstanceOf(StoreException.class);
        assertThatThrownBy(store()::parked).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store().commit(new Changes(0, Durability.RELAXED, List.of())))
                .isInstanceOf(StoreException.class);
    }

    @Test
    default void aStoreThatWasNeverLockedRefusesReads() throws Exception {
        store().close();
        OmemoStore unlocked = other();

        assertThatThrownBy(unlocked::ownDevice).isInstanceOf(StoreException.class);
        unlocked.close();
    }
}
