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
import static org.omemo4j.store.StoreRows.deviceRecord;
import static org.omemo4j.store.StoreRows.jid;
import static org.omemo4j.store.StoreRows.key;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.store.Changes.DeleteDevice;
import org.omemo4j.store.Changes.PutDevice;
import org.omemo4j.store.Changes.PutDeviceList;

/** Device lists, and devices. */
public interface DevicesContract extends StoreUnderTest {

    @Test
    default void deviceListsAreKeptPerAccountAndVersion() throws StoreException {
        DeviceListRecord first = new DeviceListRecord(BOB, OMEMO2, ENDS_OF_TIME.get(0));
        DeviceListRecord later = new DeviceListRecord(BOB, OMEMO2, NOW);
        DeviceListRecord legacy = new DeviceListRecord(BOB, LEGACY, ENDS_OF_TIME.get(1));
        commit(new PutDeviceList(first), new PutDeviceList(legacy));
        commit(new PutDeviceList(later));
        restart();

        assertThat(store().deviceList(BOB, OMEMO2)).contains(later);
        assertThat(store().deviceList(BOB, LEGACY)).contains(legacy);
        assertThat(store().deviceList(ALICE, OMEMO2)).isEmpty();
    }

    @Test
    default void aDeviceIsKeptWithAllItsFields() throws StoreException {
        DeviceRecord full = new DeviceRecord(
                device(BOB, Integer.MAX_VALUE),
                Optional.of(key(7)),
                Optional.of("Bobs „Küchen-Phone“ 📱 עברית \u202e"),
                Optional.of(Bytes.concat(key(1), key(2))),
                ENDS_OF_TIME.get(0),
                ENDS_OF_TIME.get(1),
                Map.of(OMEMO2, true, LEGACY, false));
        commit(new PutDevice(full));
        restart();

        assertThat(store().devices(BOB)).containsExactly(full);
    }

    @Test
    default void aDeviceIsKeptWithoutItsOptionalFields() throws StoreException {
        DeviceRecord bare = new DeviceRecord(
                device(BOB, 1), Optional.empty(), Optional.empty(), Optional.empty(), NOW, NOW, Map.of());
        DeviceRecord empty = new DeviceRecord(
                device(BOB, 2), Optional.empty(), Optional.of(""), Optional.of(Bytes.EMPTY), NOW, NOW, Map.of());
        commit(new PutDevice(bare), new PutDevice(empty));
        restart();

        assertThat(store().devices(BOB)).containsExactly(bare, empty);
    }

    @Test
    default void aDeviceIsReplacedWithItsListings() throws StoreException {
        DeviceRecord before = deviceRecord(device(BOB, 1));
        DeviceRecord after = new DeviceRecord(
                device(BOB, 1),
                Optional.of(key(8)),
                Optional.of("b"),
                Optional.empty(),
                NOW,
                NOW,
                Map.of(LEGACY, false));
        commit(new PutDevice(before));
        commit(new PutDevice(after));

        assertThat(store().devices(BOB)).containsExactly(after);
    }

    @Test
    default void devicesComeByAscendingIdListedOrNot() throws StoreException {
        DeviceRecord unlisted = new DeviceRecord(
                device(BOB, 10), Optional.empty(), Optional.empty(), Optional.empty(), NOW, NOW, Map.of(OMEMO2, false));
        commit(
                new PutDevice(deviceRecord(device(BOB, 2_000_000_000))),
                new PutDevice(unlisted),
                new PutDevice(deviceRecord(device(BOB, 9))),
                new PutDevice(deviceRecord(device(ALICE, 5))));

        assertThat(store().devices(BOB))
                .containsExactly(deviceRecord(device(BOB, 9)), unlisted, deviceRecord(device(BOB, 2_000_000_000)));
    }

    @Test
    default void aDeviceGoesWithWhatListsHaveSaidOfIt() throws StoreException {
        DeviceRecord bare = new DeviceRecord(
                device(BOB, 1), Optional.empty(), Optional.empty(), Optional.empty(), NOW, NOW, Map.of());
        commit(
                new PutDevice(deviceRecord(device(BOB, 1))),
                new PutDevice(deviceRecord(device(BOB, 2))),
                new PutDevice(deviceRecord(device(ALICE, 1))));

        commit(new DeleteDevice(device(BOB, 1)), new DeleteDevice(device(BOB, 404)));
        restart();

        assertThat(store().devices(BOB)).containsExactly(deviceRecord(device(BOB, 2)));
        assertThat(store().devices(ALICE)).containsExactly(deviceRecord(device(ALICE, 1)));
        commit(new PutDevice(bare));
        assertThat(store().devices(BOB)).containsExactly(bare, deviceRecord(device(BOB, 2)));
    }

    @Test
    default void jidsAreKeptInEveryScript() throws StoreException {
        BareJid greek = jid("ἀλίκη@δοκιμή.example");
        commit(new PutDevice(deviceRecord(device(greek, 1))));
        restart();

        assertThat(store().devices(greek)).containsExactly(deviceRecord(device(greek, 1)));
    }
}
