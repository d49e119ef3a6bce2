/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Messages that wait: in order, on the disk, and encrypted once. */
class ParkingTest {
    private static final BareJid CAROL = World.jid("carol@example.com");

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void messagesWaitInOrder() {
        park(bob.jid(), "1");
        park(CAROL, "2");
        park(bob.jid(), "3");

        assertThat(parked()).extracting(ParkedRecord::stanzaId).containsExactly("1", "2", "3");
    }

    @Test
    void aParkedMessageKeepsItsIdItsStanzaAndItsTime() {
        park(bob.jid(), "abc");

        ParkedRecord parked = parked().get(0);
        assertThat(parked.stanzaId()).isEqualTo("abc");
        assertThat(new String(parked.stanza().reveal(), StandardCharsets.UTF_8)).isEqualTo("<message id='abc'/>");
        assertThat(parked.parked()).isEqualTo(world.clock().instant());
    }

    @Test
    void whoeverComesLaterKnowsThatMessagesWait() {
        assertThat(alice.engine().hasParked(bob.jid())).isFalse();
        ParkedRecord first = park(bob.jid(), "1");
        ParkedRecord second = park(bob.jid(), "2");
        assertThat(alice.engine().hasParked(bob.jid())).isTrue();
        assertThat(alice.engine().hasParked(CAROL)).isFalse();

        unpark(first);
        assertThat(alice.engine().hasParked(bob.jid())).isTrue();
        unpark(second);
        assertThat(alice.engine().hasParked(bob.jid())).isFalse();
    }

    @Test
    void messagesWaitAcrossARestartAndLaterOnesBehindThem() {
        park(bob.jid(), "1");
        park(bob.jid(), "2");
        alice.restart();
        park(bob.jid(), "3");

        assertThat(alice.engine().hasParked(bob.jid())).isTrue();
        assertThat(parked()).extracting(ParkedRecord::stanzaId).containsExactly("1", "2", "3");
    }

    @Test
    void theCiphertextIsKeptWithTheStepThatMadeIt() throws Exception {
        ParkedRecord parked = park(bob.jid(), "1");
        send(parked, "Hello");
        alice.restart();

        String kept = parked().get(0).encrypted().orElseThrow();
        XmlElement encrypted =
                XmlReader.read(Bytes.of(kept.getBytes(StandardCharsets.UTF_8)), XmlLimits.ofSize(100_000));
        bob.read(new Letter(alice.jid(), bob.jid(), encrypted));

        assertThat(bob.inbox()).containsExactly("Hello");
    }

    @Test
    void theSameCiphertextSentTwiceIsADuplicate() {
        ParkedRecord parked = park(bob.jid(), "1");
        Letter letter = new Letter(
                alice.jid(),
                bob.jid(),
                ((Encryption.Encrypted) send(parked, "Hello")).elements().get(0));
        bob.read(letter);

        assertThat(bob.read(letter)).isInstanceOf(Decryption.Duplicate.class);
    }

    @Test
    void aMessageThatLacksSomethingStaysAsItIs() {
        ParkedRecord parked = park(CAROL, "1");

        Encryption result = attempt(() ->
                alice.engine().encryptParked(parked.number(), message(CAROL, "Hello"), encrypted -> "never made"));

        assertThat(result).isInstanceOf(Encryption.Missing.class);
        assertThat(parked())
                .as("but that no looser trust policy lets it leave")
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("trust")
                .containsExactly(parked);
    }

    @Test
    void theEnvelopeTellsWhenTheMessageWasWritten() {
        ParkedRecord parked = park(bob.jid(), "1");
        world.clock().advance(Duration.ofHours(5));

        Encryption.Encrypted sent = (Encryption.Encrypted) send(parked, "Hello");
        Decryption read =
                bob.read(new Letter(alice.jid(), bob.jid(), sent.elements().get(0)));

        assertThat(((Decryption.Decrypted) read).time()).isEqualTo(Optional.of(parked.parked()));
    }

    @Test
    void aMessageThatIsDoneIsGone() {
        unpark(park(bob.jid(), "1"));
        alice.restart();

        assertThat(parked()).isEmpty();
    }

    @Test
    void unparkingTwiceIsNoError() {
        ParkedRecord parked = park(bob.jid(), "1");
        unpark(parked);
        unpark(parked);

        assertThat(parked()).isEmpty();
    }

    @Test
    void encryptingAMessageThatDoesNotWaitIsABug() {
        assertThatThrownBy(() -> alice.engine().encryptParked(42, message(bob.jid(), "Hello"), encrypted -> ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("42");
    }

    @Test
    void aStanzaThatCannotBeMadeMovesNoRatchet() {
        ParkedRecord parked = park(bob.jid(), "1");
        alice.send(bob, "first");
        long before = attempt(() -> alice.store().revision());

        assertThatThrownBy(
                        () -> alice.engine().encryptParked(parked.number(), message(bob.jid(), "Hello"), encrypted -> {
                            throw new IllegalStateException("no stanza");
                        }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(attempt(() -> alice.store().revision())).isEqualTo(before);
    }

    private ParkedRecord park(BareJid to, String id) {
        return attempt(() -> alice.engine().park(to, id, "<message id='" + id + "'/>"));
    }

    private void unpark(ParkedRecord parked) {
        attempt(() -> {
            alice.engine().unpark(parked.number());
            return parked;
        });
    }

    private List<ParkedRecord> parked() {
        return attempt(() -> alice.engine().parked());
    }

    /** Fetches what is missing with a message of its own. */
    private Encryption send(ParkedRecord parked, String text) {
        alice.send(parked.to(), "before");
        world.mail().clear();
        return attempt(() -> alice.engine()
                .encryptParked(
                        parked.number(),
                        message(parked.to(), text),
                        encrypted -> encrypted.elements().get(0).toXml()));
    }

    private static OutgoingMessage message(BareJid to, String text) {
        return OutgoingMessage.toContact(to, List.of(TestDevice.body(text)), false);
    }
}
