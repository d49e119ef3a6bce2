/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.engine.Decryption.KeyTransport;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;

/** The first message of a chain that is read with the number 53 or a higher one is answered with an empty message. */
class HeartbeatTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    /** From here on Alice's next message is number 0 of a chain. */
    @BeforeEach
    void talk() {
        alice.talksWith(bob);
    }

    @Test
    void messageNumber53IsAnsweredAndNoEarlierOne() {
        send(53);
        world.deliver();
        assertThat(heartbeats()).isEmpty();

        send(1);
        world.deliver();
        assertThat(heartbeats()).hasSize(1);
    }

    @Test
    void itIsSentOncePerChain() {
        List<Letter> monologue = letters(80);
        monologue.forEach(bob::read);

        assertThat(bob.performed(SendEmptyMessage.class)).hasSize(2);
        assertThat(world.mail()).hasSize(1);
    }

    @Test
    void andInTheNextChainAgain() {
        send(60);
        world.deliver();
        send(60);
        world.deliver();

        assertThat(heartbeats()).hasSize(2);
        assertThat(bob.inbox()).hasSize(121);
    }

    @Test
    void aMessageThatSkips53IsAnsweredToo() {
        List<Letter> monologue = letters(70);
        bob.read(monologue.get(60));
        bob.read(monologue.get(53));
        bob.read(monologue.get(61));

        assertThat(world.mail()).hasSize(1);
    }

    @Test
    void itIsOncePerChainAlsoAfterARestart() {
        List<Letter> monologue = letters(80);
        monologue.subList(0, 60).forEach(bob::read);
        world.mail().clear();
        bob.restart();
        monologue.subList(60, 80).forEach(bob::read);

        assertThat(world.mail()).isEmpty();
    }

    @Test
    void itIsOwedAgainAfterACrashBetweenReadingAndSending() {
        letters(54).forEach(letter -> bob.decrypt(letter, Delivery.LIVE));
        assertThat(world.mail()).isEmpty();
        bob.restart();
        world.deliver();

        assertThat(heartbeats()).hasSize(1);
    }

    @Test
    void aMessageOfOursMakesItUnneeded() {
        letters(54).forEach(letter -> bob.decrypt(letter, Delivery.LIVE));
        bob.send(alice, "answer");
        SendEmptyMessage owed = new SendEmptyMessage(alice.address(), Omemo2.VERSION);

        assertThat(attempt(() -> bob.engine().emptyMessage(owed))).isEqualTo(new Encryption.Withheld(Reaction.NONE));
    }

    @Test
    void archivedMessagesAreAnsweredAfterCatchingUpOnly() {
        letters(60).forEach(letter -> bob.read(letter, Delivery.ARCHIVE));
        assertThat(world.mail()).isEmpty();

        bob.login();
        assertThat(world.mail()).hasSize(1);
    }

    @Test
    void noneGoesToACompromisedKey() {
        bob.decides(alice, Decision.COMPROMISE);
        letters(60).forEach(bob::read);

        assertThat(bob.inbox()).hasSize(61);
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void itBeginsANewChainOfTheOther() {
        send(60);
        world.deliver();

        Letter next = alice.send(bob, "next");
        bob.read(next);
        assertThat(bob.inbox()).endsWith("next");
        assertThat(ConversationTest.isKeyExchange(next)).isFalse();
    }

    @Test
    void f9_twoDevicesNeverAnswerEachOthersEmptyMessagesForEver() {
        for (int round = 0; round < 4; round++) {
            send(120);
            for (int i = 0; i < 120; i++) {
                bob.send(alice, "crossing " + i);
            }
            alice.forgetsSessionsWith(round % 2 == 0 ? bob : alice);
            int before = alice.read().size() + bob.read().size();
            untilQuiet();
            assertThat(alice.read().size() + bob.read().size() - before)
                    .as("240 messages, completions, heartbeats and one lost session")
                    .isLessThan(2 * (240 + 10));
            world.clock().advance(Duration.ofDays(2));
        }
    }

    /** A loop would never end: the bound is far above what is due. */
    private void untilQuiet() {
        for (int rounds = 0; !world.mail().isEmpty(); rounds++) {
            assertThat(rounds).isLessThan(1000);
            Letter letter = world.mail().removeFirst();
            List.of(alice, bob).forEach(device -> device.read(letter));
        }
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            alice.send(bob, "message " + i);
        }
    }

    /** Not on their way. */
    private List<Letter> letters(int count) {
        send(count);
        List<Letter> letters = List.copyOf(world.mail());
        world.mail().clear();
        return letters;
    }

    /** Empty messages that Alice has had since the session was complete. */
    private List<Decryption> heartbeats() {
        return alice.read().stream()
                .filter(KeyTransport.class::isInstance)
                .skip(1)
                .toList();
    }
}
