/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.ConversationTest.activeSession;
import static org.omemo4j.engine.ConversationTest.isKeyExchange;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.OmemoEvent.DeviceSilent;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Devices that are written to and never answer. */
class SilentDeviceTest {
    private static final int LIMIT = 106;

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void f11_after106UnansweredMessagesListAndBundleAreAskedForAgainAndThatIsTold() {
        talk();
        int before = alice.performed().size();
        send(LIMIT - 1);
        assertThat(alice.performed()).hasSize(before);
        assertThat(alice.events(DeviceSilent.class)).isEmpty();

        send(1);
        assertThat(alice.performed().subList(before, alice.performed().size()))
                .hasExactlyElementsOfTypes(Action.FetchDeviceList.class, Action.FetchBundle.class);
        assertThat(alice.events(DeviceSilent.class)).containsExactly(new DeviceSilent(bob.address(), LIMIT));
    }

    @Test
    void theNextMessageBeginsANewSessionAndTheOldOneStillReads() {
        talk();
        Object before = activeSession(alice, bob);
        Letter late = bob.send(alice, "late");
        send(LIMIT);
        world.mail().clear();

        Letter next = alice.send(bob, "next");
        assertThat(isKeyExchange(next)).isTrue();
        assertThat(activeSession(alice, bob)).isNotEqualTo(before);
        bob.read(next);
        assertThat(bob.inbox()).endsWith("next");
        alice.read(late);
        assertThat(alice.inbox()).endsWith("late");
    }

    @Test
    void itIsCountedAcrossRestarts() {
        talk();
        send(LIMIT / 2);
        alice.restart();
        world.mail().clear();
        send(LIMIT / 2);

        assertThat(isKeyExchange(alice.send(bob, "next"))).isTrue();
    }

    @Test
    void anAnswerStartsTheCountAnew() {
        talk();
        send(LIMIT - 1);
        alice.read(bob.send(alice, "here I am"));
        send(LIMIT - 1);

        assertThat(alice.events(DeviceSilent.class)).isEmpty();
    }

    @Test
    void soDoesALateMessageOfASessionThatWasReplaced() {
        talk();
        Object before = activeSession(alice, bob);
        Letter late = bob.send(alice, "late");
        bob.send(alice, "later");
        send(LIMIT + 1);
        Object replaced = activeSession(alice, bob);
        assertThat(replaced).isNotEqualTo(before);
        alice.read(late, Delivery.ARCHIVE);
        send(LIMIT - 1);

        assertThat(alice.events(DeviceSilent.class)).hasSize(1);
        assertThat(activeSession(alice, bob)).isEqualTo(replaced);
        assertThat(leftOut(alice.encrypt(bob.jid(), "next"))).isEmpty();
    }

    @Test
    void whereTheBundleCannotBeHadTheOldSessionGoesOn() {
        talk();
        world.removeBundle(bob.address());
        Object before = activeSession(alice, bob);
        send(LIMIT + 10);

        assertThat(activeSession(alice, bob)).isEqualTo(before);
        assertThat(alice.performed(Action.FetchBundle.class))
                .filteredOn(fetch -> fetch.address().equals(bob.address()))
                .as("at first, and once more")
                .hasSize(2);
        world.deliver();
        assertThat(bob.inbox()).hasSize(LIMIT + 11);
    }

    @Test
    void f11_aDeviceThatDoesNotAnswerInTheNewSessionEitherIsLeftOutAndThatIsReported() {
        TestDevice laptop = world.device("bob@example.com");
        talk();
        bob.logout();
        for (int i = 0; i < 2 * LIMIT; i++) {
            assertThat(leftOut(laptopAnswers(laptop, i))).isEmpty();
        }

        assertThat(leftOut(alice.encrypt(bob.jid(), "next")))
                .containsExactly(new LeftOut(bob.address(), LeftOut.Why.SILENT));
    }

    @Test
    void itIsWrittenToAgainAsSoonAsItIsHeard() {
        TestDevice laptop = world.device("bob@example.com");
        talk();
        bob.logout();
        for (int i = 0; i < 2 * LIMIT; i++) {
            laptopAnswers(laptop, i);
        }
        assertThat(leftOut(alice.encrypt(bob.jid(), "without"))).hasSize(1);

        alice.read(bob.send(alice, "back again"));

        Letter next = alice.send(bob, "next");
        bob.read(next);
        assertThat(bob.inbox()).endsWith("next");
    }

    @Test
    void theLastDeviceOfAnAccountIsAlwaysKeptAndGetsANewKeyExchangeEachTime() {
        talk();
        send(2 * LIMIT);
        Object before = activeSession(alice, bob);
        send(1);
        assertThat(activeSession(alice, bob)).isNotEqualTo(before);
        send(LIMIT);

        Encrypted last = (Encrypted) alice.encrypt(bob.jid(), "last");
        assertThat(last.devices()).containsExactly(bob.address());
        assertThat(last.leftOut()).isEmpty();
        assertThat(alice.events(DeviceSilent.class)).hasSize(1);
    }

    @Test
    void anAccountThatIsAwayWithAllItsDevicesKeepsThem() {
        TestDevice laptop = world.device("bob@example.com");
        talk();
        send(2 * LIMIT + 5);

        Encrypted last = (Encrypted) alice.encrypt(bob.jid(), "last");
        assertThat(last.devices()).containsExactlyInAnyOrder(bob.address(), laptop.address());
    }

    @Test
    void whereTheOthersCannotBeUsedASilentDeviceIsKept() {
        TestDevice laptop = world.device("bob@example.com");
        world.removeBundle(laptop.address());
        talk();
        send(2 * LIMIT + 5);

        Encrypted last = (Encrypted) alice.encrypt(bob.jid(), "last");
        assertThat(last.devices()).containsExactly(bob.address());
        assertThat(last.leftOut()).extracting(LeftOut::why).containsExactly(LeftOut.Why.NO_USABLE_BUNDLE);
    }

    @Test
    void aSilentDeviceOfOursIsLeftOutAsWeReadOurselves() {
        TestDevice phone = world.device("alice@example.org");
        talk();
        phone.logout();
        for (int i = 0; i < 2 * LIMIT; i++) {
            alice.send(bob, "message " + i);
            world.mail().clear();
            alice.read(bob.send(alice, "answer " + i));
            world.mail().clear();
        }

        assertThat(leftOut(alice.encrypt(bob.jid(), "next")))
                .containsExactly(new LeftOut(phone.address(), LeftOut.Why.SILENT));
        assertThat(((Encrypted) alice.encrypt(alice.jid(), "note")).devices()).containsExactly(phone.address());
    }

    @Test
    void controlMessagesAndEmptyOnesCountToo() {
        talk();
        OutgoingMessage state = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("composing")), true);
        for (int i = 0; i < LIMIT; i++) {
            Encrypted sent = (Encrypted) alice.encrypt(state);
            alice.perform(sent.reaction());
        }
        assertThat(alice.events(DeviceSilent.class)).hasSize(1);

        Encrypted control = (Encrypted) alice.encrypt(state);
        assertThat(control.reaction()).as("it begins no session").isEqualTo(Reaction.NONE);
        assertThat(isKeyExchange(alice.send(bob, "text"))).isTrue();
    }

    private Encryption laptopAnswers(TestDevice laptop, int number) {
        Encryption sent = alice.encrypt(bob.jid(), "message " + number);
        alice.perform(((Encrypted) sent).reaction());
        alice.read(laptop.send(alice, "answer " + number));
        world.mail().clear();
        return sent;
    }

    private static List<LeftOut> leftOut(Encryption encryption) {
        return ((Encrypted) encryption).leftOut();
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            alice.send(bob, "message " + i);
        }
    }

    /** All have read something of Alice, and Alice something of them. */
    private void talk() {
        alice.send(bob, "hello");
        world.deliver();
    }
}
