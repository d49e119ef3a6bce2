/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.smack.Removal;
import org.omemo4j.store.memory.MemoryStore;

/** Devices are taken off their account, in both versions. */
@OnServer
class RemovalIT {
    /** A device that has put itself on the list twice before waits up to a minute and a half. */
    private static final Duration HEALED = Duration.ofMinutes(3);

    @Test
    void aDeviceThatIsGoneIsTakenOffTheAccount(World world) {
        Client alice = world.person("alice");
        Client lost = world.anotherDevice(alice);
        int id = lost.deviceId();
        awaitDevices(alice, alice.deviceId(), id);
        lost.stop();

        assertThat(outcome(alice.omemo().removeOwnDevice(new DeviceId(id)))).isEqualTo(new Removal.Removed());

        assertGone(alice, id);
        assertThere(alice, alice.deviceId());
        Client bob = world.person("bob");
        bob.send(alice, "to the one that is left");
        alice.reads(bob, "to the one that is left");
    }

    @Test
    void aDeviceThatIsAliveComesBack(World world) {
        Client alice = world.person("alice");
        Client desk = world.anotherDevice(alice);
        awaitDevices(alice, alice.deviceId(), desk.deviceId());

        assertThat(outcome(alice.omemo().removeOwnDevice(new DeviceId(desk.deviceId()))))
                .isEqualTo(new Removal.Removed());

        OwnNodesIT.awaitList(HEALED, alice, alice.deviceId(), desk.deviceId());
        awaitDevices(alice, alice.deviceId(), desk.deviceId());
        desk.awaitReady();
        desk.disconnect();
        desk.login();
        Await.until(
                HEALED,
                () -> "both lists\n" + desk.story(),
                () -> everythingOf(alice, desk.deviceId())
                                .split("<device\\s[^>]*id='" + desk.deviceId() + "'", -1)
                                .length
                        == 3);
        assertThere(alice, desk.deviceId());
    }

    @Test
    void aDeviceThatPurgesItselfLeavesNothingAndCanComeBack(World world) {
        Client alice = world.person("alice");
        MemoryStore store = new MemoryStore();
        Client desk = world.client(alice.account()).store(store).open();
        int id = desk.deviceId();
        awaitDevices(alice, alice.deviceId(), id);

        assertThat(outcome(desk.omemo().purge())).isEqualTo(new Removal.Removed());

        assertThat(desk.omemo().isStarted()).isFalse();
        assertThat(desk.isAlive()).isTrue();
        assertGone(alice, id);
        assertThere(alice, alice.deviceId());

        Smack.run(() -> desk.omemo().start(store));
        desk.awaitReady();
        assertThat(desk.deviceId()).isEqualTo(id);
        assertThere(alice, id);
        Client bob = world.person("bob");
        bob.send(alice, "to both");
        alice.reads(bob, "to both");
    }

    private static Removal outcome(CompletableFuture<Removal> removal) {
        try {
            return removal.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("No outcome of a removal", e);
        }
    }

    /** Until this client knows exactly these active devices of its account. */
    private static void awaitDevices(Client client, int... ids) {
        OwnNodesIT.awaitList(client, ids);
        Await.until(
                () -> "devices of " + client.jid() + "\n" + client.story(),
                () -> Smack.call(() -> client.omemo().devices(client.jid().asBareJid())).stream()
                                .filter(device -> device.isActive())
                                .count()
                        == ids.length);
    }

    private static void assertGone(Client asking, int id) {
        assertThat(everythingOf(asking, id)).doesNotContain("id='" + id + "'").doesNotContain("<spk");
    }

    private static void assertThere(Client asking, int id) {
        String all = everythingOf(asking, id);
        assertThat(all.split("<device\\s[^>]*id='" + id + "'", -1)).hasSize(3);
        assertThat(all).contains("<spk").contains("<signedPreKeyPublic");
    }

    /** Lists of both versions, and this device's bundles. */
    private static String everythingOf(Client asking, int id) {
        DeviceId device = new DeviceId(id);
        return asking.ask(PubSubXml.items(asking.jid(), PubSubXml.DEVICES)).xml()
                + asking.ask(PubSubXml.items(asking.jid(), PubSubXml.LEGACY_DEVICES))
                        .xml()
                + bundleIn(
                        asking.ask(PubSubXml.items(asking.jid(), PubSubXml.BUNDLES))
                                .xml(),
                        id)
                + asking.ask(PubSubXml.items(
                                asking.jid(), Axolotl.VERSION.nodes().bundle(device)))
                        .xml();
    }

    /** The item of one device in the answer about the node that all share. */
    private static String bundleIn(String answer, int id) {
        Matcher item = Pattern.compile("<item\\s[^>]*id='" + id + "'.*?</item>")
                .matcher(answer); // servers order attributes as they like
        return item.find() ? item.group() : "";
    }
}
