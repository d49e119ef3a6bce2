/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.ConversationTest.activeSession;
import static org.omemo4j.engine.ConversationTest.isKeyExchange;
import static org.omemo4j.engine.Outcomes.assertDuplicate;
import static org.omemo4j.engine.Outcomes.assertRefused;
import static org.omemo4j.engine.Outcomes.assertRefusedWithoutTrace;
import static org.omemo4j.testkit.TestDevice.attempt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.omemo2.wire.OMEMOKeyExchange;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** How sessions begin, replace each other, and are not begun by an attacker. */
class KeyExchangeTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void e1_aRepeatedKeyExchangeIsADuplicate() {
        Letter first = alice.send(bob, "one");
        bob.read(first);

        assertDuplicate(bob.read(first));
    }

    @Test
    void e2_itIsADuplicateAlsoAfterARestart() {
        Letter first = alice.send(bob, "one");
        bob.read(first);
        bob.restart();

        assertDuplicate(bob.read(first));
    }

    @Test
    void itIsADuplicateAlsoWhenItsSessionWasReplaced() {
        Letter first = alice.send(bob, "one");
        bob.read(first);
        alice.forgetsSessionsWith(bob);
        bob.read(alice.send(bob, "two"));

        assertDuplicate(bob.read(first));
    }

    @Test
    void e3_itIsADuplicateAlsoWhileThePrekeyIsHidden() {
        Letter first = alice.send(bob, "one");
        bob.read(first, Delivery.OFFLINE);

        assertDuplicate(bob.read(first, Delivery.OFFLINE));
    }

    @Test
    void e1_aKeyExchangeWhoseSessionIsLongGoneIsRefused() {
        Letter first = alice.send(bob, "one");
        bob.read(first);
        bob.forgetsSessionsWith(alice);

        assertRefusedWithoutTrace(bob, first, Reason.PREKEY_GONE);
    }

    @Test
    void e4_twoSendersCannotUseOnePrekey() {
        TestDevice carol = world.device("carol@example.com");
        onePrekeyOnly(bob);
        Letter fromAlice = alice.send(bob, "from alice");
        Letter fromCarol = carol.send(bob, "from carol");
        bob.read(fromAlice);

        assertRefusedWithoutTrace(bob, fromCarol, Reason.PREKEY_GONE);
    }

    @Test
    void whileCatchingUpTwoSendersMayHaveUsedOnePrekey() {
        TestDevice carol = world.device("carol@example.com");
        onePrekeyOnly(bob);
        Letter fromAlice = alice.send(bob, "from alice");
        Letter fromCarol = carol.send(bob, "from carol");

        bob.read(fromAlice, Delivery.OFFLINE);
        bob.read(fromCarol, Delivery.OFFLINE);

        assertThat(bob.inbox()).containsExactly("from alice", "from carol");
    }

    @Test
    void e4_butEachOfThemOnlyOnce() {
        onePrekeyOnly(bob);
        Letter first = alice.send(bob, "first");
        alice.forgetsSessionsWith(bob);
        Letter second = alice.send(bob, "second");
        bob.read(first, Delivery.OFFLINE);

        assertRefused(bob.read(second, Delivery.OFFLINE), Reason.PREKEY_GONE);
    }

    @Test
    void afterCatchingUpNobodyCanUseItAnyMore() {
        TestDevice carol = world.device("carol@example.com");
        onePrekeyOnly(bob);
        Letter fromAlice = alice.send(bob, "from alice");
        Letter fromCarol = carol.send(bob, "from carol");
        bob.read(fromAlice, Delivery.OFFLINE);
        bob.perform(attempt(bob.engine()::maintain));

        assertRefusedWithoutTrace(bob, fromCarol, Reason.PREKEY_GONE);
    }

    @Test
    void e9_aForgedKeyExchangeLeavesNoTraceAndTheRealOneReads() {
        Letter real = alice.send(bob, "real");

        assertRefusedWithoutTrace(bob, real.spoilt(), Reason.BROKEN_SESSION);
        bob.read(real);

        assertThat(bob.inbox()).containsExactly("real");
    }

    @Test
    void aKeyExchangeWithAForgedPayloadLeavesNoTraceAndTheRealOneReads() {
        Letter real = alice.send(bob, "real");

        assertRefusedWithoutTrace(bob, real.withSpoiltPayload(), Reason.MALFORMED);
        bob.read(real);

        assertThat(bob.inbox()).containsExactly("real");
    }

    @Test
    void e6_aForgedKeyExchangeDoesNotReplaceAHealthySession() {
        alice.send(bob, "one");
        world.deliver();
        Object healthy = activeSession(bob, alice);
        alice.forgetsSessionsWith(bob);
        Letter fresh = alice.send(bob, "two");
        bob.read(fresh.spoilt());
        assertThat(activeSession(bob, alice)).isEqualTo(healthy);

        bob.read(fresh);

        assertThat(activeSession(bob, alice)).isNotEqualTo(healthy).isEqualTo(activeSession(alice, bob));
    }

    @Test
    void aReplacedSessionStillReads() {
        alice.send(bob, "one");
        world.deliver();
        Letter late = alice.send(bob, "late");
        alice.forgetsSessionsWith(bob);
        bob.read(alice.send(bob, "two"));

        bob.read(late);

        assertThat(bob.inbox()).containsExactly("one", "two", "late");
    }

    @Test
    void anOldKeyExchangeFromTheArchiveReadsAndDoesNotTakeOverSending() {
        Letter old = alice.send(bob, "old");
        Instant then = world.clock().instant();
        world.clock().advance(Duration.ofHours(1));
        alice.forgetsSessionsWith(bob);
        bob.read(alice.send(bob, "new"));

        bob.read(old, Delivery.ARCHIVE, Optional.of(then));

        assertThat(bob.inbox()).containsExactly("new", "old");
        assertThat(activeSession(bob, alice)).isEqualTo(activeSession(alice, bob));
        assertDuplicate(bob.read(old, Delivery.OFFLINE, Optional.of(then)));
    }

    @Test
    void e6_atMostFiveReplacedSessionsAreKept() {
        for (int i = 0; i < 9; i++) {
            bob.read(alice.send(bob, "message " + i));
            alice.forgetsSessionsWith(bob);
        }

        List<SessionRecord> sessions = attempt(() -> bob.store().sessions(alice.address(), "urn:xmpp:omemo:2"));
        assertThat(sessions).hasSize(6);
        assertThat(sessions).filteredOn(session -> session.archived().isEmpty()).hasSize(1);
    }

    @Test
    void theOldestReplacedSessionGoesFirst() {
        alice.send(bob, "one");
        world.deliver();
        Letter late = alice.send(bob, "late");
        for (int i = 0; i < 6; i++) {
            alice.forgetsSessionsWith(bob);
            world.clock().advance(Duration.ofMinutes(1));
            bob.read(alice.send(bob, "message " + i));
        }

        assertRefused(bob.read(late), Reason.BROKEN_SESSION);
    }

    @Test
    void aNewSessionIsUsedForTheAnswer() {
        alice.send(bob, "one");
        world.deliver();
        alice.forgetsSessionsWith(bob);
        alice.send(bob, "two");
        world.deliver();

        bob.send(alice, "answer");
        world.deliver();

        assertThat(alice.inbox()).containsExactly("answer");
    }

    @Test
    void bothBeginAtOnceAndReadEachOthersMessagesInAnyOrder() {
        Letter a1 = alice.send(bob, "a1");
        Letter b1 = bob.send(alice, "b1");
        Letter a2 = alice.send(bob, "a2");
        Letter b2 = bob.send(alice, "b2");
        world.mail().clear();
        bob.read(a2);
        alice.read(b2);
        Letter a3 = alice.send(bob, "a3");
        Letter b3 = bob.send(alice, "b3");
        alice.read(b3);
        alice.read(b1);
        bob.read(a3);
        bob.read(a1);
        world.deliver();

        assertThat(bob.inbox()).contains("a1", "a2", "a3");
        assertThat(alice.inbox()).contains("b1", "b2", "b3");
    }

    @Test
    void theKeyExchangeIsRepeatedAlsoAfterARestart() {
        alice.send(bob, "lost");
        world.mail().clear();
        alice.restart();

        Letter second = alice.send(bob, "second");
        assertThat(isKeyExchange(second)).isTrue();
        bob.read(second);

        assertThat(bob.inbox()).containsExactly("second");
    }

    @Test
    void e5_aKeyExchangeWithoutPrekeyIdOrForOneThatWeNeverHadIsRefused() {
        Letter real = alice.send(bob, "real");

        assertRefusedWithoutTrace(bob, altered(real, OMEMOKeyExchange.Builder::clearPkId), Reason.MALFORMED);
        assertRefusedWithoutTrace(bob, altered(real, exchange -> exchange.setPkId(0)), Reason.MALFORMED);
        assertRefusedWithoutTrace(bob, altered(real, exchange -> exchange.setPkId(4711)), Reason.PREKEY_GONE);
        assertRefusedWithoutTrace(bob, altered(real, exchange -> exchange.setSpkId(0)), Reason.MALFORMED);
        assertRefusedWithoutTrace(bob, altered(real, exchange -> exchange.setSpkId(4711)), Reason.SIGNED_PREKEY_GONE);
        bob.read(real);

        assertThat(bob.inbox()).containsExactly("real");
    }

    /** The same message behind another key exchange. */
    private static Letter altered(Letter letter, UnaryOperator<OMEMOKeyExchange.Builder> alteration) {
        EncryptedMessage message = letter.message();
        EncryptedKey key = message.keys().get(0);
        try {
            OMEMOKeyExchange.Builder exchange =
                    OMEMOKeyExchange.parseFrom(key.content().toByteArray()).toBuilder();
            Bytes content = Bytes.of(alteration.apply(exchange).buildPartial().toByteArray());
            return letter.with(new EncryptedMessage(
                    message.sender(),
                    List.of(new EncryptedKey(key.recipient(), key.device(), true, content)),
                    message.payload()));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** The server hands out one prekey only, again and again. */
    private void onePrekeyOnly(TestDevice device) {
        Bundle bundle = world.bundle(device.address());
        Bundle meagre = new Bundle(
                bundle.identityKey(),
                bundle.signedPreKey(),
                List.of(bundle.preKeys().get(0)));
        world.putBundle(device.address(), Omemo2.VERSION.elements().toXml(meagre));
    }
}
