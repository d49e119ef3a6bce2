/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;

/** A session that the other side began is answered with one empty message. */
class EmptyMessageTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void itIsOwedOnceForASession() {
        alice.send(bob, "one");
        alice.send(bob, "two");
        world.deliver();

        assertThat(bob.performed(SendEmptyMessage.class)).hasSize(1);
        assertThat(alice.read())
                .filteredOn(Decryption.KeyTransport.class::isInstance)
                .hasSize(1);
    }

    @Test
    void f9_anEmptyMessageIsNotAnsweredWithAnother() {
        alice.send(bob, "one");
        world.deliver();

        assertThat(alice.performed(SendEmptyMessage.class)).isEmpty();
    }

    @Test
    void anAnswerWithTextPaysIt() {
        bob.decrypt(alice.send(bob, "one"), Delivery.LIVE);
        SendEmptyMessage owed = new SendEmptyMessage(alice.address(), Omemo2.VERSION);
        bob.send(alice, "answer");

        assertThat(attempt(() -> bob.engine().emptyMessage(owed))).isEqualTo(new Encryption.Withheld(Reaction.NONE));
    }

    @Test
    void itIsOwedAgainAfterACrashBetweenReadingAndAnswering() {
        bob.decrypt(alice.send(bob, "one"), Delivery.LIVE);
        world.mail().clear();

        bob.restart();
        world.deliver();

        assertThat(alice.read()).hasExactlyElementsOfTypes(Decryption.KeyTransport.class);
    }

    @Test
    void aKeyExchangeFromTheArchiveIsAnsweredAfterTheNextLoginOnly() {
        bob.read(alice.send(bob, "one"), Delivery.ARCHIVE);
        assertThat(bob.performed(SendEmptyMessage.class)).isEmpty();

        bob.login();

        assertThat(bob.performed(SendEmptyMessage.class)).hasSize(1);
    }

    @Test
    void itEndsTheRepetitionOfTheKeyExchange() {
        alice.send(bob, "one");
        world.deliver();

        assertThat(ConversationTest.isKeyExchange(alice.send(bob, "two"))).isFalse();
    }

    @Test
    void noneGoesToACompromisedKey() {
        bob.decrypt(alice.send(bob, "one"), Delivery.LIVE);
        Letter second = alice.send(bob, "two");
        world.mail().clear();
        bob.decides(alice, Decision.COMPROMISE);

        bob.login();
        bob.read(second);

        assertThat(bob.inbox()).containsExactly("two");
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void aReplacedSessionIsNotAnswered() {
        bob.decrypt(alice.send(bob, "one"), Delivery.LIVE);
        alice.forgetsSessionsWith(bob);
        bob.decrypt(alice.send(bob, "two"), Delivery.LIVE);
        world.mail().clear();

        bob.login();

        assertThat(world.mail()).hasSize(1);
        assertThat(attempt(() -> bob.store().sessionsOwingEmptyMessage(Omemo2.VERSION.namespace())))
                .isEmpty();
    }
}
