/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreConflictException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.store.sql.SqlStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Somebody else writes to the store: a step is computed again on what is there, and no message key is ever used twice. */
class ConflictTest {
    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.com");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void f8_twoEnginesOnOneStoreNeverUseAMessageKeyTwice(String kind) {
        TestDevice alice = world.device("alice@example.org", store(kind), World.CONFIG);
        alice.send(bob, "Hello");
        world.deliver();
        TestDevice twin = twinOf(alice);
        twin.send(bob, "from the twin");
        int before = bob.inbox().size();

        Set<Object> numbers = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            for (TestDevice sender : List.of(alice, twin)) {
                Letter letter = sender.send(bob, "message " + i);
                assertThat(numbers.add(header(letter))).isTrue();
                bob.read(letter);
            }
        }

        assertThat(bob.inbox()).hasSize(before + 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void whatOneEngineHasReadTheOtherKnowsAsADuplicate(String kind) {
        TestDevice alice = world.device("alice@example.org", store(kind), World.CONFIG);
        TestDevice twin = twinOf(alice);
        Letter letter = bob.send(alice, "Hello");
        alice.read(letter);

        assertThat(twin.read(letter)).isInstanceOf(Decryption.Duplicate.class);
    }

    @Test
    void aMessageThatTheOtherHasReadMeanwhileIsADuplicate() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice twin = twinOf(alice);
        alice.send(bob, "Hello");
        world.deliver();
        Letter first = bob.send(alice, "first");
        Letter second = bob.send(alice, "second");
        twin.read(first);
        alice.read(second);

        assertThat(twin.read(second)).isInstanceOf(Decryption.Duplicate.class);
    }

    @Test
    void messagesParkedByBothAllWaitInOrder() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice twin = twinOf(alice);

        for (int i = 0; i < 3; i++) {
            String id = Integer.toString(i);
            attempt(() -> alice.engine().park(bob.jid(), "a" + id, "<message/>"));
            attempt(() -> twin.engine().park(bob.jid(), "b" + id, "<message/>"));
        }

        assertThat(attempt(() -> alice.engine().parked()))
                .extracting(ParkedRecord::stanzaId)
                .containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
    }

    @Test
    void aPolicyThatTheOtherHasSetCounts() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice twin = twinOf(alice);
        alice.encrypt(bob.jid(), "Hello");
        attempt(() -> {
            twin.engine().setPolicy(bob.jid(), EncryptionPolicy.OFF);
            return twin;
        });

        assertThat(alice.encrypt(bob.jid(), "Hello again"))
                .isEqualTo(new Encryption.InClear(Encryption.InClear.Why.OFF));
    }

    @Test
    void oneConflictIsOvercome() {
        Meddler meddler = new Meddler();
        TestDevice alice = world.device("alice@example.org", meddler.store(), World.CONFIG);
        alice.send(bob, "one");
        meddler.times = 1;

        bob.read(alice.send(bob, "two"));

        assertThat(bob.inbox()).containsExactly("two");
    }

    @Test
    void aSecondConflictIsThrown() {
        Meddler meddler = new Meddler();
        TestDevice alice = world.device("alice@example.org", meddler.store(), World.CONFIG);
        alice.send(bob, "one");
        meddler.times = 2;

        assertThatThrownBy(() -> alice.engine()
                        .encrypt(OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("two")), false)))
                .isInstanceOf(StoreConflictException.class);
    }

    @Test
    void anUnlistedSenderIsAskedForAlsoWhenTheStepWasComputedTwice() {
        Meddler meddler = new Meddler();
        TestDevice alice = world.device("alice@example.org", meddler.store(), World.CONFIG);
        Letter letter = bob.send(alice, "Hello");
        meddler.times = 1;

        Decryption read = alice.decrypt(letter, Delivery.LIVE);

        assertThat(read.reaction().actions()).contains(new Action.FetchDeviceList(bob.jid(), Omemo2.VERSION));
    }

    /** Writes to the store just before the engine does. */
    private static final class Meddler {
        private final MemoryStore store = new MemoryStore();
        private int times;

        OmemoStore store() {
            return InterceptedStore.of(store, method -> {
                if (method.equals("commit") && times > 0) {
                    times--;
                    store.commit(new Changes(store.revision(), Changes.Durability.RELAXED, List.of()));
                }
                return true;
            });
        }
    }

    private TestDevice twinOf(TestDevice device) {
        return world.device(device.jid().toString(), InterceptedStore.shared(device.store()), World.CONFIG);
    }

    private OmemoStore store(String kind) {
        return kind.equals("memory") ? new MemoryStore() : SqlStore.open(folder.resolve("alice.db"));
    }

    /** Ratchet key and number: what names a message key. */
    private Object header(Letter letter) {
        EncryptedKey key = letter.message().keysFor(bob.address()).get(0);
        try {
            RatchetHeader header =
                    Omemo2.VERSION.keyMessages().parse(key).message().header();
            return Stream.of(header.ratchetKey().bytes(), header.n()).toList();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
