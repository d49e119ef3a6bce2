/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Undecryptable;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;

/** Legacy sessions that cannot read are replaced by themselves where the configuration says so. */
class RepairTest {
    private static final OmemoConfig LEGACY = OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION));

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org", new MemoryStore(), LEGACY);
    private final TestDevice bob = world.device("bob@example.com", new MemoryStore(), LEGACY.withAutomaticRepair(true));

    @BeforeEach
    void talk() {
        alice.talksWith(bob);
    }

    @Test
    void aMessageThatDoesNotAuthenticateIsAnsweredWithANewSession() {
        Undecryptable lost = (Undecryptable) bob.read(broken("lost"));
        assertThat(lost.reason()).isEqualTo(Decryption.Reason.BROKEN_SESSION);
        assertThat(lost.proposal()).as("it is done").isEqualTo(Decryption.Proposal.NONE);
        world.deliver();

        alice.send(bob, "next");
        world.deliver();
        assertThat(bob.inbox()).endsWith("next");
    }

    @Test
    void notUnlessTheConfigurationSaysSo() {
        TestDevice carol = world.device("carol@example.com", new MemoryStore(), LEGACY);
        alice.talksWith(carol);
        Letter broken = spoilt(alice.send(carol, "lost"));
        world.mail().clear();

        assertThat(repairs(carol, broken)).isFalse();
    }

    @Test
    void atMostOnceAnHourAndThreeTimesADay() {
        assertThat(repairs(bob, broken("one"))).isTrue();
        assertThat(repairs(bob, broken("two"))).isFalse();
        for (int i = 0; i < 2; i++) {
            world.clock().advance(Duration.ofMinutes(61));
            bob.restart();
            assertThat(repairs(bob, broken("again " + i))).isTrue();
        }
        world.clock().advance(Duration.ofMinutes(61));
        assertThat(repairs(bob, broken("too often"))).isFalse();
    }

    @Test
    void f10_twoClientsThatRepairThemselvesDoNotStormEachOther() {
        TestDevice carol = world.device("carol@example.org", new MemoryStore(), LEGACY.withAutomaticRepair(true));
        carol.send(bob, "hello");
        world.deliver();
        int begun = 0;
        for (int round = 0; round < 200; round++) {
            world.clock().advance(Duration.ofMinutes(5));
            Letter toBob = spoilt(carol.send(bob, "to bob"));
            Letter toCarol = spoilt(bob.send(carol, "to carol"));
            world.mail().clear();
            bob.read(toBob);
            begun += world.mail().isEmpty() ? 0 : 1;
            world.deliver();
            carol.read(toCarol);
            begun += world.mail().isEmpty() ? 0 : 1;
            world.deliver();
        }

        assertThat(begun).isEqualTo(2 * 3);
    }

    @Test
    void anEmptyMessageIsNeverAnsweredSo() throws Exception {
        EncryptedMessage message = message(broken("lost"));
        EncryptedMessage empty = new EncryptedMessage(
                message.sender(),
                message.keys(),
                message.payload().map(payload -> new Payload(payload.iv(), Optional.empty())));

        assertThat(repairs(bob, letter(empty))).isFalse();
    }

    @Test
    void norIsADeviceThatIsNotListed() {
        Letter broken = broken("lost");
        bob.perform(TestDevice.attempt(() -> bob.engine()
                .deviceList(
                        alice.jid(),
                        Axolotl.VERSION,
                        Axolotl.VERSION
                                .elements()
                                .toXml(DeviceList.of(List.of(new Device(new DeviceId(7), Optional.empty())))))));

        assertThat(repairs(bob, broken)).isFalse();
        assertThat(((Undecryptable) bob.read(broken)).proposal()).isEqualTo(Decryption.Proposal.REFRESH);
    }

    @Test
    void norARefusedKey() {
        Letter broken = broken("lost");
        bob.decides(alice, Decision.DISTRUST);
        bob.login();

        assertThat(repairs(bob, broken)).isFalse();
    }

    @Test
    void norAMessageFromBeforeTheCurrentSession() {
        Instant then = world.clock().instant();
        Letter old = broken("old");
        world.clock().advance(Duration.ofHours(1));
        bob.forgetsSessionsWith(alice, Axolotl.VERSION);
        bob.send(alice, "anew");
        world.deliver();

        bob.read(old, Delivery.OFFLINE, Optional.of(then));
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void norAMessageThatIsForOthers() throws Exception {
        EncryptedMessage message = message(broken("lost"));
        List<EncryptedKey> others = message.keys().stream()
                .map(key -> new EncryptedKey(key.recipient(), new DeviceId(99), key.keyExchange(), key.content()))
                .toList();

        assertThat(repairs(bob, letter(new EncryptedMessage(message.sender(), others, message.payload()))))
                .isFalse();
    }

    /** Whether the reader begins a new session because of it. */
    private boolean repairs(TestDevice reader, Letter letter) {
        reader.read(letter);
        boolean repaired = !world.mail().isEmpty();
        world.mail().clear();
        return repaired;
    }

    private Letter broken(String text) {
        Letter broken = spoilt(alice.send(bob, text));
        world.mail().clear();
        return broken;
    }

    private static Letter spoilt(Letter letter) {
        try {
            EncryptedMessage message = message(letter);
            List<EncryptedKey> keys = message.keys().stream()
                    .map(key ->
                            new EncryptedKey(key.recipient(), key.device(), key.keyExchange(), spoilt(key.content())))
                    .toList();
            return new Letter(
                    letter.from(),
                    letter.to(),
                    Axolotl.VERSION.elements().toXml(new EncryptedMessage(message.sender(), keys, message.payload())));
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private static Bytes spoilt(Bytes bytes) {
        byte[] altered = bytes.toByteArray();
        altered[altered.length - 1] ^= 1;
        return Bytes.of(altered);
    }

    private static EncryptedMessage message(Letter letter) throws MalformedMessageException {
        return Axolotl.VERSION.elements().encrypted(letter.encrypted());
    }

    private Letter letter(EncryptedMessage message) {
        return new Letter(alice.jid(), bob.jid(), Axolotl.VERSION.elements().toXml(message));
    }
}
