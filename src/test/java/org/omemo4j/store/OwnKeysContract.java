/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.ENDS_OF_TIME;
import static org.omemo4j.store.StoreRows.LEGACY;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.preKey;
import static org.omemo4j.store.StoreRows.secret;
import static org.omemo4j.store.StoreRows.signedPreKey;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.Changes.DeletePreKey;
import org.omemo4j.store.Changes.DeleteSignedPreKey;
import org.omemo4j.store.Changes.PutOwnBundle;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutPreKey;
import org.omemo4j.store.Changes.PutPreKeyUse;
import org.omemo4j.store.Changes.PutSignedPreKey;

/** Our own device, bundle and prekeys. */
public interface OwnKeysContract extends StoreUnderTest {

    @Test
    default void ourDeviceIsKept() throws StoreException {
        OwnDeviceRecord device = new OwnDeviceRecord(
                ALICE, Integer.MAX_VALUE, "CURVE25519", secret(0xff), Optional.of("Küche 📱"), ENDS_OF_TIME.get(0));
        commit(new PutOwnDevice(device));
        restart();

        assertThat(store().ownDevice()).contains(device);
    }

    @Test
    default void ourDeviceCanBeReplaced() throws StoreException {
        OwnDeviceRecord later =
                new OwnDeviceRecord(ALICE, 1, "CURVE25519", secret(2), Optional.empty(), ENDS_OF_TIME.get(1));
        commit(new PutOwnDevice(StoreRows.ownDevice(ALICE).withLabel(Optional.of("Küche"))));
        commit(new PutOwnDevice(later));
        restart();

        assertThat(store().ownDevice()).contains(later);
    }

    @Test
    default void ourBundlesAreKeptPerVersion() throws StoreException {
        OwnBundleRecord first = new OwnBundleRecord(OMEMO2, 1, 1, 0, 0, false, List.of());
        OwnBundleRecord extreme = new OwnBundleRecord(
                OMEMO2, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, true, ENDS_OF_TIME);
        OwnBundleRecord legacy = new OwnBundleRecord(LEGACY, 101, 2, 3, 2, true, List.of(NOW));
        commit(new PutOwnBundle(first), new PutOwnBundle(legacy));
        assertThat(store().ownBundle(OMEMO2)).contains(first);

        commit(new PutOwnBundle(extreme));
        restart();
        assertThat(store().ownBundle(OMEMO2)).contains(extreme);
        assertThat(store().ownBundle(LEGACY)).contains(legacy);
        assertThat(store().ownBundle("urn:xmpp:omemo:3")).isEmpty();
    }

    @Test
    default void theHealingsOfOurDeviceListAreReplacedWithOurBundle() throws StoreException {
        OwnBundleRecord bundle = new OwnBundleRecord(OMEMO2, 1, 1, 0, 0, true, List.of());
        List<Instant> later = List.of(NOW.plusSeconds(5), NOW.plusSeconds(65));
        commit(new PutOwnBundle(bundle.withHealings(List.of(NOW, NOW.plusSeconds(5)))));
        commit(new PutOwnBundle(bundle.withHealings(later)));
        restart();
        assertThat(store().ownBundle(OMEMO2)).map(OwnBundleRecord::healings).contains(later);

        commit(new PutOwnBundle(bundle));
        assertThat(store().ownBundle(OMEMO2)).map(OwnBundleRecord::healings).contains(List.of());
    }

    @Test
    default void signedPreKeysComeNewestFirst() throws StoreException {
        SignedPreKeyRecord old = signedPreKey(OMEMO2, 3, ENDS_OF_TIME.get(0));
        SignedPreKeyRecord middle = signedPreKey(OMEMO2, 1, NOW);
        SignedPreKeyRecord newest = signedPreKey(OMEMO2, Integer.MAX_VALUE, NOW.plusNanos(1));
        commit(new PutSignedPreKey(middle), new PutSignedPreKey(newest), new PutSignedPreKey(old));
        commit(new PutSignedPreKey(signedPreKey(LEGACY, 1, NOW)));
        restart();

        assertThat(store().signedPreKeys(OMEMO2)).containsExactly(newest, middle, old);
        assertThat(store().signedPreKeys(LEGACY)).containsExactly(signedPreKey(LEGACY, 1, NOW));
    }

    @Test
    default void signedPreKeysAreReplacedAndDeletedByVersionAndId() throws StoreException {
        Instant later = NOW.plusSeconds(1);
        commit(
                new PutSignedPreKey(signedPreKey(OMEMO2, 1, NOW)),
                new PutSignedPreKey(signedPreKey(OMEMO2, 2, NOW)),
                new PutSignedPreKey(signedPreKey(LEGACY, 2, NOW)));
        commit(
                new PutSignedPreKey(signedPreKey(OMEMO2, 1, later)),
                new DeleteSignedPreKey(OMEMO2, 2),
                new DeleteSignedPreKey(OMEMO2, 404));

        assertThat(store().signedPreKeys(OMEMO2)).containsExactly(signedPreKey(OMEMO2, 1, later));
        assertThat(store().signedPreKeys(LEGACY)).hasSize(1);
    }

    @Test
    default void preKeysComeByAscendingIdPublishedAndHidden() throws StoreException {
        PreKeyRecord hidden = new PreKeyRecord(OMEMO2, 2, secret(2), key(3), Optional.of(NOW));
        PreKeyRecord last = preKey(OMEMO2, Integer.MAX_VALUE);
        commit(
                new PutPreKey(last),
                new PutPreKey(hidden),
                new PutPreKey(preKey(OMEMO2, 10)),
                new PutPreKey(preKey(OMEMO2, 1)),
                new PutPreKey(preKey(LEGACY, 5)));
        restart();

        assertThat(store().preKeys(OMEMO2)).containsExactly(preKey(OMEMO2, 1), hidden, preKey(OMEMO2, 10), last);
        assertThat(store().preKey(OMEMO2, 2)).contains(hidden);
        assertThat(store().preKey(OMEMO2, 5)).isEmpty();
        assertThat(store().preKey(LEGACY, 5)).contains(preKey(LEGACY, 5));
    }

    @Test
    default void aDeletedPreKeyIsGone() throws StoreException {
        commit(new PutPreKey(preKey(OMEMO2, 1)), new PutPreKey(preKey(LEGACY, 1)));
        commit(new DeletePreKey(OMEMO2, 1), new DeletePreKey(OMEMO2, 404));

        assertThat(store().preKey(OMEMO2, 1)).isEmpty();
        assertThat(store().preKeys(OMEMO2)).isEmpty();
        assertThat(store().preKey(LEGACY, 1)).isPresent();
    }

    @Test
    default void theUsersOfAHiddenPreKeyAreRemembered() throws StoreException {
        PreKeyRecord hidden = new PreKeyRecord(OMEMO2, 1, secret(2), key(3), Optional.of(NOW));
        commit(new PutPreKey(preKey(OMEMO2, 1)), new PutPreKeyUse(OMEMO2, 1, key(8)));
        commit(new PutPreKey(hidden), new PutPreKeyUse(OMEMO2, 1, key(8)));
        restart();

        assertThat(store().preKey(OMEMO2, 1)).contains(hidden);
        assertThat(store().isPreKeyUsedBy(OMEMO2, 1, key(8))).isTrue();
        assertThat(store().isPreKeyUsedBy(OMEMO2, 1, key(9))).isFalse();
        assertThat(store().isPreKeyUsedBy(OMEMO2, 2, key(8))).isFalse();
        assertThat(store().isPreKeyUsedBy(LEGACY, 1, key(8))).isFalse();
    }

    @Test
    default void theUsersOfAPreKeyGoWithIt() throws StoreException {
        commit(new PutPreKey(preKey(OMEMO2, 1)), new PutPreKeyUse(OMEMO2, 1, key(8)));
        commit(new DeletePreKey(OMEMO2, 1));
        assertThat(store().isPreKeyUsedBy(OMEMO2, 1, key(8))).isFalse();

        commit(new PutPreKey(preKey(OMEMO2, 1)));
        assertThat(store().isPreKeyUsedBy(OMEMO2, 1, key(8))).isFalse();
    }
}
