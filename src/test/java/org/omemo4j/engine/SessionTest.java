/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.Outcomes.assertDuplicate;
import static org.omemo4j.engine.Outcomes.assertRefused;
import static org.omemo4j.engine.Outcomes.assertRefusedWithoutTrace;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.TrustLevel;

/** What a session survives, and what it refuses. */
class SessionTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void aForgedMessageLeavesNoTraceAndTheNextGoodOneReads() {
        alice.talksWith(bob);
        Letter letter = alice.send(bob, "good");

        assertRefusedWithoutTrace(bob, letter.spoilt(), Reason.BROKEN_SESSION);
        bob.read(letter);

        assertThat(bob.inbox()).endsWith("good");
    }

    @Test
    void aForgedPayloadLeavesNoTraceAndTheNextGoodOneReads() {
        alice.talksWith(bob);
        Letter letter = alice.send(bob, "good");

        assertRefusedWithoutTrace(bob, letter.withSpoiltPayload(), Reason.MALFORMED);
        bob.read(letter);

        assertThat(bob.inbox()).endsWith("good");
    }

    @Test
    void aMessageOnTheWrongWayLeavesNoTrace() {
        alice.talksWith(bob);
        Letter letter = alice.send(bob, "to bob");
        Letter readdressed = new Letter(letter.from(), World.jid("carol@example.com"), letter.encrypted());

        assertRefusedWithoutTrace(bob, readdressed, Reason.ENVELOPE_MISMATCH);
        bob.read(letter);

        assertThat(bob.inbox()).endsWith("to bob");
    }

    @Test
    void f4_aMessageReadBeforeIsADuplicate() {
        alice.talksWith(bob);
        Letter letter = alice.send(bob, "one");
        bob.read(letter);

        assertDuplicate(bob.read(letter));
    }

    @Test
    void aSkippedMessageReadBeforeIsADuplicateAlsoAfterARestart() {
        alice.talksWith(bob);
        Letter late = alice.send(bob, "late");
        bob.read(alice.send(bob, "early"));
        bob.read(late);
        bob.restart();

        assertDuplicate(bob.read(late));
    }

    @Test
    void lateMessagesOfAClosedChainReadAfterARestart() {
        alice.talksWith(bob);
        List<Letter> first = List.of(alice.send(bob, "1"), alice.send(bob, "2"), alice.send(bob, "3"));
        bob.read(first.get(1));
        alice.read(bob.send(alice, "answer"));
        bob.read(alice.send(bob, "4"));
        bob.restart();
        bob.read(first.get(2));
        bob.read(first.get(0));

        assertThat(bob.inbox()).endsWith("2", "4", "3", "1");
    }

    @Test
    void aRepeatFromAClosedChainIsADuplicate() {
        alice.talksWith(bob);
        Letter old = alice.send(bob, "old");
        bob.read(old);
        alice.read(bob.send(alice, "answer"));
        bob.read(alice.send(bob, "new"));

        assertDuplicate(bob.read(old));
    }

    @Test
    void tooGreatAJumpIsRefusedAndTheMessagesBetweenRead() {
        alice.talksWith(bob);
        world.removeBundle(bob.address()); // else there would be new sessions on the way
        List<Letter> letters = new ArrayList<>();
        for (int i = 0; i <= 1001; i++) {
            letters.add(alice.send(bob, "message " + i));
        }
        world.mail().clear();

        assertRefusedWithoutTrace(bob, letters.get(1001), Reason.TOO_MANY_SKIPPED);
        bob.read(letters.get(0));
        bob.read(letters.get(1001));

        assertThat(bob.inbox()).endsWith("message 0", "message 1001");
    }

    @Test
    void f10b_aMessageThatIsForOthersOnlyTriggersNothing() {
        TestDevice carol = world.device("carol@example.com");
        alice.talksWith(bob);
        bob.forgetsSessionsWith(alice);
        Letter letter = alice.send(bob, "to bob");

        Decryption read = carol.read(new Letter(letter.from(), carol.jid(), letter.encrypted()));

        assertThat(read).isEqualTo(new Decryption.NotForThisDevice(alice.address(), false, Reaction.NONE));
    }

    @Test
    void aMessageThatClaimsToBeFromThisVeryDeviceIsNeverRead() {
        TestDevice phone = world.device("alice@example.org");
        Letter forged = phone.send(bob, "hello").from(alice.address());

        assertThat(alice.read(forged)).isInstanceOf(Decryption.NotForThisDevice.class);
    }

    @Test
    void anotherOwnDeviceIsReadAsAnybodyElse() {
        TestDevice phone = world.device("alice@example.org");
        phone.read(alice.send(bob, "hello"));

        assertThat(phone.inbox()).containsExactly("hello");
    }

    @Test
    void ofTwoCandidateKeysTheOneThatOpensIsTaken() {
        alice.talksWith(bob);
        Letter letter = alice.send(bob, "twice");
        EncryptedMessage message = letter.message();
        List<EncryptedKey> keys = new ArrayList<>(letter.spoilt().message().keys());
        keys.addAll(message.keys());

        bob.read(letter.with(new EncryptedMessage(message.sender(), keys, message.payload())));

        assertThat(bob.inbox()).endsWith("twice");
    }

    @Test
    void ofTwoCandidateKeysTheOneReadBeforeSaysDuplicate() {
        alice.talksWith(bob);
        Letter letter = alice.send(bob, "twice");
        bob.read(letter);
        EncryptedMessage message = letter.message();
        List<EncryptedKey> keys = new ArrayList<>(letter.spoilt().message().keys());
        keys.addAll(message.keys());

        assertDuplicate(bob.read(letter.with(new EncryptedMessage(message.sender(), keys, message.payload()))));
    }

    @Test
    void aMalformedElementIsRefusedWithoutASender() {
        XmlElement malformed =
                XmlElement.builder("encrypted", "urn:xmpp:omemo:2").build();

        Decryption refused = bob.read(new Letter(alice.jid(), bob.jid(), malformed));

        assertThat(refused)
                .isEqualTo(new Decryption.Undecryptable(
                        Optional.empty(), Reason.MALFORMED, Decryption.Proposal.NONE, Optional.empty(), Reaction.NONE));
    }

    @Test
    void anElementOfAnotherVersionIsMalformed() {
        XmlElement other = XmlElement.builder("encrypted", "urn:xmpp:omemo:9").build();

        assertRefused(bob.read(new Letter(alice.jid(), bob.jid(), other)), Reason.MALFORMED);
    }

    @Test
    void theOriginTellsDeviceFingerprintAndTrust() {
        Decryption read = bob.read(alice.send(bob, "hello"));

        OwnDevice sender = alice.engine().ownDevice();
        assertThat(((Decryption.Decrypted) read).origin())
                .isEqualTo(new MessageOrigin(
                        sender.address(),
                        sender.fingerprint(),
                        TrustLevel.BLINDLY_TRUSTED,
                        "urn:xmpp:omemo:2",
                        Coverage.ENVELOPE));
    }

    @Test
    void aSessionOutlivesManyRestartsOfBothSides() {
        for (int i = 0; i < 10; i++) {
            alice.send(bob, "to bob " + i);
            world.deliver();
            bob.restart();
            bob.send(alice, "to alice " + i);
            world.deliver();
            alice.restart();
        }

        assertThat(bob.inbox()).hasSize(10);
        assertThat(alice.inbox()).hasSize(10);
        assertThat(attempt(() -> bob.store().sessions(alice.address(), "urn:xmpp:omemo:2")))
                .hasSize(1);
    }

    @Test
    void f6_afterARestoreNothingIsSentInTheSessionsOfTheBackupAndTheyStillRead() {
        alice.talksWith(bob);
        Object before = ConversationTest.activeSession(alice, bob);
        Letter late = bob.send(alice, "late");
        world.mail().clear();

        alice.restart();
        attempt(() -> {
            alice.engine().afterRestore();
            return alice;
        });

        Letter next = alice.send(bob, "next");
        assertThat(ConversationTest.isKeyExchange(next)).isTrue();
        assertThat(ConversationTest.activeSession(alice, bob)).isNotEqualTo(before);
        bob.read(next);
        alice.read(late);
        assertThat(bob.inbox()).endsWith("next");
        assertThat(alice.inbox()).endsWith("late");
    }
}
