/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Two people talk. */
class ConversationTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void bobReadsTheFirstMessageOfAStranger() {
        alice.send(bob, "Hello");
        world.deliver();

        assertThat(bob.inbox()).containsExactly("Hello");
    }

    @Test
    void bothReadWhatTheOtherAnswers() {
        for (int i = 0; i < 5; i++) {
            alice.send(bob, "to bob " + i);
            bob.send(alice, "to alice " + i);
            world.deliver();
        }

        assertThat(bob.inbox()).hasSize(5).endsWith("to bob 4");
        assertThat(alice.inbox()).hasSize(5).endsWith("to alice 4");
    }

    @Test
    void bobReadsMessagesThatArriveOutOfOrder() {
        List<Letter> letters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            letters.add(alice.send(bob, "message " + i));
        }
        world.mail().clear();
        Collections.shuffle(letters, new Random(7));
        letters.forEach(bob::read);

        assertThat(bob.inbox()).hasSize(20).contains("message 0", "message 19");
    }

    @Test
    void everyOtherDeviceOfBothSidesReadsEveryMessage() {
        TestDevice phone = world.device("alice@example.org");
        TestDevice laptop = world.device("bob@example.com");

        alice.send(bob, "Hello");
        world.deliver();
        laptop.send(alice, "Hi");
        world.deliver();

        assertThat(bob.inbox()).containsExactly("Hello", "Hi");
        assertThat(laptop.inbox()).containsExactly("Hello");
        assertThat(phone.inbox()).containsExactly("Hello", "Hi");
        assertThat(alice.inbox()).containsExactly("Hi");
    }

    @Test
    void theKeyExchangeIsRepeatedUntilTheOtherSideHasAnswered() {
        Letter first = alice.send(bob, "one");
        Letter second = alice.send(bob, "two");
        assertThat(isKeyExchange(first)).isTrue();
        assertThat(isKeyExchange(second)).isTrue();

        world.deliver();

        assertThat(isKeyExchange(alice.send(bob, "three"))).isFalse();
    }

    @Test
    void aSessionThatTheOtherSideBeganIsAnsweredWithOneEmptyMessage() {
        alice.send(bob, "one");
        alice.send(bob, "two");
        world.deliver();

        assertThat(alice.read().stream().filter(Decryption.KeyTransport.class::isInstance))
                .hasSize(1);
        assertThat(alice.inbox()).isEmpty();
    }

    @Test
    void bothGoOnAfterARestartWithoutANewKeyExchange() {
        alice.send(bob, "one");
        world.deliver();
        alice.restart();
        bob.restart();

        assertThat(isKeyExchange(alice.send(bob, "two"))).isFalse();
        assertThat(isKeyExchange(bob.send(alice, "three"))).isFalse();
        world.deliver();

        assertThat(bob.inbox()).containsExactly("one", "two");
        assertThat(alice.inbox()).containsExactly("three");
    }

    @Test
    void e7_bothBeginAtOnceAndEndInOneSession() {
        Letter toBob = alice.send(bob, "from alice");
        Letter toAlice = bob.send(alice, "from bob");
        world.deliver();
        assertThat(bob.inbox()).containsExactly("from alice");
        assertThat(alice.inbox()).containsExactly("from bob");
        assertThat(isKeyExchange(toBob) && isKeyExchange(toAlice)).isTrue();

        for (int i = 0; i < 3; i++) {
            alice.send(bob, "a" + i);
            world.deliver();
            bob.send(alice, "b" + i);
            world.deliver();
        }

        assertThat(bob.inbox()).endsWith("a0", "a1", "a2");
        assertThat(alice.inbox()).endsWith("b0", "b1", "b2");
        assertThat(activeSession(alice, bob)).isEqualTo(activeSession(bob, alice));
    }

    @Test
    void e7_messagesThatCrossAgainAndAgainEndInOneSessionAsSoonAsOneSideIsHeardAlone() {
        for (int i = 0; i < 5; i++) {
            alice.send(bob, "a" + i);
            bob.send(alice, "b" + i);
            world.deliver();
        }
        alice.send(bob, "from alice alone");
        world.deliver();
        bob.send(alice, "answer");
        world.deliver();

        assertThat(bob.inbox()).hasSize(6);
        assertThat(alice.inbox()).hasSize(6);
        assertThat(activeSession(alice, bob)).isEqualTo(activeSession(bob, alice));
        assertThat(TestDevice.attempt(() -> alice.store().sessions(bob.address(), "urn:xmpp:omemo:2")))
                .as("the two that were begun")
                .hasSize(2);
    }

    static Object activeSession(TestDevice of, TestDevice with) {
        return TestDevice.attempt(() -> of.store().sessions(with.address(), "urn:xmpp:omemo:2"))
                .get(0)
                .ephemeralKey();
    }

    static boolean isKeyExchange(Letter letter) {
        return letter.encrypted().toXml().contains("kex=");
    }
}
