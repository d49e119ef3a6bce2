/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** The disk is full, and then it is not: what failed leaves no trace in memory either. */
class FailingStoreTest {
    private final World world = new World();
    private final MemoryStore rows = new MemoryStore();
    private boolean full;
    private boolean brokenAfterCommit;
    private boolean broken;
    private final TestDevice alice = world.device("alice@example.org", store(), World.CONFIG);
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void aMessageThatCouldNotBeKeptReadsLater() {
        alice.send(bob, "Hello");
        world.deliver();
        Letter letter = bob.send(alice, "Hello yourself");
        full = true;
        assertThatThrownBy(() -> alice.engine().decrypt(incoming(letter))).isInstanceOf(StoreException.class);

        full = false;
        alice.read(letter);

        assertThat(alice.inbox()).containsExactly("Hello yourself");
    }

    @Test
    void aKeyExchangeThatCouldNotBeKeptReadsLater() {
        Letter letter = bob.send(alice, "Hello");
        StoreDump before = StoreDump.of(rows, bob.jid());
        full = true;
        assertThatThrownBy(() -> alice.engine().decrypt(incoming(letter))).isInstanceOf(StoreException.class);
        assertThat(StoreDump.of(rows, bob.jid())).isEqualTo(before);

        full = false;
        alice.read(letter);

        assertThat(alice.inbox()).containsExactly("Hello");
    }

    @Test
    void aMessageThatCouldNotBeKeptDoesNotLeaveAndTheNextOneReads() {
        alice.send(bob, "Hello");
        world.deliver();
        full = true;
        assertThatThrownBy(() -> alice.engine()
                        .encrypt(OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("lost")), false)))
                .isInstanceOf(StoreException.class);

        full = false;
        bob.read(alice.send(bob, "kept"));

        assertThat(bob.inbox()).containsExactly("Hello", "kept");
    }

    @Test
    void aMessageThatCouldNotBeParkedDoesNotWait() {
        full = true;
        assertThatThrownBy(() -> alice.engine().park(bob.jid(), "1", "<message/>"))
                .isInstanceOf(StoreException.class);

        assertThat(alice.engine().hasParked(bob.jid())).isFalse();
    }

    @Test
    void aKeyExchangeThatWasKeptIsReadAlsoWhenTheDiskFailsRightAfterIt() {
        Letter letter = bob.send(alice, "Hello");
        brokenAfterCommit = true;

        Decryption read = attempt(() -> alice.engine().decrypt(incoming(letter)));

        assertThat(read).isInstanceOf(Decryption.Decrypted.class);
    }

    @Test
    void aListThatCouldNotBeKeptIsAskedForAgain() {
        full = true;
        assertThatThrownBy(() -> alice.engine()
                        .deviceList(bob.jid(), Omemo2.VERSION, DeviceListTest.list(DeviceListTest.listed(bob))))
                .isInstanceOf(StoreException.class);

        full = false;
        Encryption result = attempt(() ->
                alice.engine().encrypt(OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("Hello")), false)));

        assertThat(result)
                .isEqualTo(new Encryption.Missing(
                        List.of(new Action.FetchDeviceList(bob.jid(), Omemo2.VERSION)), Reaction.NONE));
    }

    @Test
    void anIdThatCouldNotBeKeptIsNotOurs() {
        MemoryStore fresh = new MemoryStore();
        attempt(() -> {
            fresh.lock();
            return fresh;
        });
        OmemoStore store = InterceptedStore.of(fresh, this::mayGoOn);
        OmemoEngine carol = attempt(() -> OmemoEngine.open(
                store, World.jid("carol@example.org"), World.CONFIG, new SeededRandom(3), world.clock()));
        DeviceId before = carol.ownDevice().address().device();
        full = true;
        assertThatThrownBy(() -> carol.deviceList(
                        World.jid("carol@example.org"),
                        Omemo2.VERSION,
                        DeviceListTest.list(new Device(before, Optional.empty()))))
                .isInstanceOf(StoreException.class);

        assertThat(carol.ownDevice().address().device()).isEqualTo(before);
    }

    private OmemoStore store() {
        return InterceptedStore.of(rows, this::mayGoOn);
    }

    private boolean mayGoOn(String method) throws StoreException {
        if (broken) {
            throw new StoreException("The disk is gone.");
        }
        broken = brokenAfterCommit && method.equals("commit");
        if (full && method.equals("commit")) {
            throw new StoreException("The disk is full.");
        }
        return true;
    }

    private static IncomingMessage incoming(Letter letter) {
        return new IncomingMessage(letter.from(), letter.to(), letter.encrypted(), Delivery.LIVE, Optional.empty());
    }
}
