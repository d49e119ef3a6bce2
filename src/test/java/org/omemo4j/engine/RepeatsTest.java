/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.engine.Outcomes.assertDuplicate;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.JournalEntry.Place;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.Changes;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustLevel;

/** The same message again: a replay on one way, a repeat on another. */
class RepeatsTest {
    private static final Duration DAY = Duration.ofHours(24);

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @ParameterizedTest
    @EnumSource(
            value = Delivery.class,
            names = {"LIVE", "OFFLINE"})
    void f4_aReplayIsNotHeardTwice(Delivery delivery) {
        Letter letter = alice.send(bob, "yes, pay");
        bob.read(letter);

        assertDuplicate(bob.read(letter, delivery));
        world.clock().advance(Duration.ofDays(3));
        assertDuplicate(bob.read(letter, delivery));
    }

    @ParameterizedTest
    @EnumSource(
            value = Delivery.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LIVE", "OFFLINE"})
    void f4_aRepeatReadsAgainAndSaysSo(Delivery delivery) {
        talk();
        Letter letter = alice.send(bob, "Hello");
        Decrypted first = (Decrypted) bob.read(letter);

        Decrypted again = (Decrypted) bob.read(letter, delivery);

        assertThat(first.repeated()).isFalse();
        assertThat(again.repeated()).isTrue();
        assertThat(again.content()).isEqualTo(first.content());
        assertThat(again.origin()).isEqualTo(first.origin());
        assertThat(again.time()).isEqualTo(first.time());
        assertThat(((Decrypted) bob.read(letter, delivery)).repeated()).isTrue();
    }

    @Test
    void aKeyExchangeRepeatsToo() {
        Letter first = alice.send(bob, "Hello");
        bob.read(first, Delivery.ARCHIVE);

        assertReads(bob.read(first, Delivery.ARCHIVE), "Hello");
    }

    @Test
    void whatWasReadInTheArchiveIsADuplicateWhenItComesLive() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter, Delivery.ARCHIVE);

        assertDuplicate(bob.read(letter, Delivery.LIVE));
    }

    @Test
    void theServerMayWriteTheElementInAnotherWay() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);

        assertReads(
                bob.read(new Letter(letter.from(), letter.to(), rewritten(letter.encrypted())), Delivery.ARCHIVE),
                "Hello");
    }

    @Test
    void anotherElementWithTheSameKeyIsNoRepeat() {
        talk();
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);

        assertDuplicate(bob.read(letter.withSpoiltPayload(), Delivery.ARCHIVE));
    }

    @Test
    void aMessageToSomebodyElseIsNoRepeat() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        Letter elsewhere = new Letter(letter.from(), World.jid("room@example.org"), letter.encrypted());

        assertDuplicate(bob.read(elsewhere, Delivery.ARCHIVE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "ratchet key", "n"})
    void anotherPlaceInASessionIsNoRepeat(String different) {
        attempt(() -> retain(bob, DAY));
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");

        bob.whileStopped(store -> {
            JournalEntry entry = JournalCodec.decode(
                    store.journal(ElementHash.of(letter.encrypted())).orElseThrow());
            Place place = entry.place().orElseThrow();
            Place other = switch (different) {
                case "session" -> new Place(place.session() + 1, place.ratchetKey(), place.n());
                case "n" -> new Place(place.session(), place.ratchetKey(), place.n() + 1);
                default -> new Place(place.session(), Bytes.of(new byte[32]), place.n());
            };
            return List.of(new Changes.PutJournal(JournalCodec.encode(new JournalEntry(
                    entry.hash(),
                    Optional.of(other),
                    entry.trust(),
                    entry.recipient(),
                    entry.content(),
                    entry.time(),
                    entry.dropped(),
                    entry.written()))));
        });

        assertDuplicate(bob.read(letter, Delivery.ARCHIVE));
    }

    @Test
    void aMessageOfSomebodyElseIsNoRepeat() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        TestDevice mallory = world.device("mallory@example.net");
        mallory.send(bob, "I know you");
        world.deliver();

        Decryption result = bob.read(new Letter(mallory.jid(), letter.to(), letter.encrypted()), Delivery.ARCHIVE);

        assertThat(result).isInstanceOf(Decryption.Undecryptable.class);
    }

    @Test
    void whatHadNoContentStaysADuplicate() {
        alice.send(bob, "Hello");
        world.deliver();
        Letter empty = empty(bob, alice);
        alice.read(empty);

        assertDuplicate(alice.read(empty, Delivery.ARCHIVE));
    }

    @Test
    void aRepeatTellsWhatItsSendersKeyWasWorthThen() {
        attempt(() -> retain(bob, DAY));
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);

        bob.decides(alice, Decision.VERIFY);

        Decrypted again = assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");
        assertThat(again.origin().trust()).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        bob.restart();
        Decrypted kept = assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");
        assertThat(kept.origin().trust()).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void ourOwnMessageFromTheArchiveReadsAsWhatWeSent() {
        Letter sent = alice.send(bob, "Hello");

        Decrypted again = assertReads(alice.read(sent, Delivery.ARCHIVE), "Hello");

        assertThat(again.origin().device()).isEqualTo(alice.address());
        assertThat(again.origin().trust()).isEqualTo(TrustLevel.VERIFIED);
        assertThat(again.origin().fingerprint())
                .isEqualTo(alice.engine().ownDevice().fingerprint());
        assertThat(again.time()).contains(world.clock().instant());
    }

    @Test
    void a9_ourOwnMessageIsNotHeardLive() {
        Letter sent = alice.send(bob, "Hello");

        assertThat(alice.read(sent, Delivery.LIVE)).isInstanceOf(Decryption.NotForThisDevice.class);
    }

    @Test
    void ourOwnMessageToSomebodyElseIsNoRepeat() {
        Letter sent = alice.send(bob, "Hello");
        Letter elsewhere = new Letter(sent.from(), World.jid("carol@example.org"), sent.encrypted());

        assertThat(alice.read(elsewhere, Delivery.ARCHIVE)).isInstanceOf(Decryption.NotForThisDevice.class);
    }

    @Test
    void aMessageThatSomebodyElseReadIsNotTakenForOurs() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        IncomingMessage claimed = new IncomingMessage(
                new Author.Known(bob.jid()), letter.to(), true, letter.encrypted(), Delivery.LIVE, Optional.empty());

        assertThat(attempt(() -> bob.engine().decrypt(claimed))).isNotInstanceOf(Decrypted.class);
    }

    @Test
    void aMessageOfOursThatWaitedIsThereToo() {
        talk();
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("late")), false);
        long number =
                attempt(() -> alice.engine().park(bob.jid(), "1", "<message/>")).number();
        Encryption.Encrypted sent = (Encryption.Encrypted)
                attempt(() -> alice.engine().encryptParked(number, message, encrypted -> "<message/>"));

        assertReads(
                alice.read(new Letter(alice.jid(), bob.jid(), sent.elements().get(0)), Delivery.ARCHIVE), "late");
    }

    @Test
    void aMessageOfOursThatLeavesAgainAfterARestartIsThereToo() {
        talk();
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("late")), false);
        ParkedRecord parked = attempt(() -> alice.engine().park(bob.jid(), "1", "<message/>"));
        Encryption.Encrypted sent = (Encryption.Encrypted)
                attempt(() -> alice.engine().encryptParked(parked.number(), message, encrypted -> "<message/>"));
        Letter letter = new Letter(alice.jid(), bob.jid(), sent.elements().get(0));
        alice.restart();
        assertThat(alice.read(letter, Delivery.ARCHIVE)).isInstanceOf(Decryption.NotForThisDevice.class);

        leavesAgain(parked, message, sent);

        assertThat(assertReads(alice.read(letter, Delivery.ARCHIVE), "late").time())
                .contains(parked.parked());
        assertThat(alice.read(letter, Delivery.LIVE)).isInstanceOf(Decryption.NotForThisDevice.class);
    }

    @Test
    void aMessageOfOursThatLeavesAgainIsThereThoughSoMuchWasReadSinceTheRestart() {
        talk();
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("late")), false);
        ParkedRecord parked = attempt(() -> alice.engine().park(bob.jid(), "1", "<message/>"));
        Encryption.Encrypted sent = (Encryption.Encrypted)
                attempt(() -> alice.engine().encryptParked(parked.number(), message, encrypted -> "<message/>"));
        Letter letter = new Letter(alice.jid(), bob.jid(), sent.elements().get(0));
        alice.restart();
        leavesAgain(parked, message, sent);
        world.clock().advance(Duration.ofHours(25));
        assertThat(alice.read(letter, Delivery.ARCHIVE)).isInstanceOf(Decryption.NotForThisDevice.class);

        leavesAgain(parked, message, sent);

        assertReads(alice.read(letter, Delivery.ARCHIVE), "late");
    }

    private void leavesAgain(ParkedRecord parked, OutgoingMessage message, Encryption.Encrypted sent) {
        attempt(() -> {
            alice.engine().leavesAgain(parked, false, message.content(), sent.elements());
            return parked;
        });
    }

    @Test
    void ourOwnLegacyMessageComesBackWithItsTextOnly() {
        World other = new World();
        TestDevice carol = other.device(
                "carol@example.org", new MemoryStore(), World.CONFIG.withVersions(List.of(Axolotl.VERSION)));
        TestDevice dave = other.device(
                "dave@example.com", new MemoryStore(), World.CONFIG.withVersions(List.of(Axolotl.VERSION)));
        XmlElement receipt = XmlElement.builder("request", "urn:xmpp:receipts").build();
        Encryption.Encrypted sent = (Encryption.Encrypted)
                carol.encrypt(OutgoingMessage.toContact(dave.jid(), List.of(TestDevice.body("Hello"), receipt), false));

        Decrypted again = assertReads(
                carol.read(new Letter(carol.jid(), dave.jid(), sent.elements().get(0)), Delivery.ARCHIVE), "Hello");

        assertThat(again.content()).hasSize(1);
        assertThat(again.time()).isEmpty();
    }

    @Test
    void aDayLaterItIsForgotten() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        world.clock().advance(DAY.minusNanos(1));
        assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");

        world.clock().advance(Duration.ofNanos(1));

        assertDuplicate(bob.read(letter, Delivery.ARCHIVE));
    }

    @Test
    void afterAThousandOthersItIsForgotten() {
        talk();
        List<Letter> answers =
                Stream.generate(() -> bob.send(alice, "yes")).limit(10).toList();
        Letter first = alice.send(bob, "first");
        bob.read(first);
        Letter second = alice.send(bob, "second");
        bob.read(second);
        for (int i = 0; i < Journal.MAX_MESSAGES - 1; i++) {
            if (i % 100 == 50) {
                alice.read(answers.get(i / 100)); // else she would begin a new session
            }
            bob.read(alice.send(bob, "message " + i));
        }

        assertDuplicate(bob.read(first, Delivery.ARCHIVE));
        assertReads(bob.read(second, Delivery.ARCHIVE), "second");
    }

    @Test
    void largeMessagesAreForgottenSooner() {
        talk();
        String large = "x".repeat(60_000);
        Letter first = alice.send(bob, "first");
        bob.read(first);
        for (int i = 0; i < Journal.MAX_WEIGHT / 120_000 + 1; i++) {
            bob.read(alice.send(bob, large));
        }

        assertDuplicate(bob.read(first, Delivery.ARCHIVE));
    }

    @Test
    void nothingIsWrittenToTheStoreUntilSomebodyAsksForIt() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);

        assertThat(attempt(() -> bob.store().journal(ElementHash.of(letter.encrypted()))))
                .isEmpty();
        bob.restart();
        assertDuplicate(bob.read(letter, Delivery.ARCHIVE));
    }

    @Test
    void whoAsksForItKeepsMessagesAcrossRestarts() {
        attempt(() -> retain(bob, Duration.ofDays(30)));
        attempt(() -> retain(alice, Duration.ofDays(30)));
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        bob.restart();
        alice.restart();
        world.clock().advance(Duration.ofDays(29));

        assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");
        assertReads(alice.read(letter, Delivery.ARCHIVE), "Hello");
        assertDuplicate(bob.read(letter, Delivery.LIVE));
    }

    @Test
    void f7_whatWasReadButNotShownIsReadAgainInTheArchive() {
        attempt(() -> retain(bob, DAY));
        Letter letter = alice.send(bob, "Hello");
        bob.decrypt(letter, Delivery.LIVE); // and the process ends before anybody hears of it

        bob.restart();

        assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");
    }

    @Test
    void whatIsInMemoryIsKeptToo() {
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        attempt(() -> retain(bob, DAY));
        bob.restart();

        assertReads(bob.read(letter, Delivery.ARCHIVE), "Hello");
    }

    @Test
    void whatIsTooOldLeavesTheStoreWithMaintenance() {
        attempt(() -> retain(bob, Duration.ofDays(2)));
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        world.clock().advance(Duration.ofDays(2).plusNanos(1));

        assertDuplicate(bob.read(letter, Delivery.ARCHIVE));
        assertThat(attempt(() -> bob.store().journal(ElementHash.of(letter.encrypted()))))
                .isPresent();
        bob.perform(attempt(bob.engine()::maintain));

        assertThat(attempt(() -> bob.store().journal(ElementHash.of(letter.encrypted()))))
                .isEmpty();
    }

    @Test
    void whatIsTooOldLeavesTheStoreAtTheStart() {
        attempt(() -> retain(bob, Duration.ofDays(2)));
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);
        world.clock().advance(Duration.ofDays(2).plusNanos(1));

        bob.restartOffline();

        assertThat(attempt(() -> bob.store().journal(ElementHash.of(letter.encrypted()))))
                .isEmpty();
    }

    @Test
    void zeroDeletesWhatIsKeptAndGoesBackToMemory() {
        attempt(() -> retain(bob, DAY));
        Letter letter = alice.send(bob, "Hello");
        bob.read(letter);

        attempt(() -> retain(bob, Duration.ZERO));

        assertThat(attempt(() -> bob.store().journal(ElementHash.of(letter.encrypted()))))
                .isEmpty();
        assertDuplicate(bob.read(letter, Delivery.ARCHIVE));
        Letter next = alice.send(bob, "next");
        bob.read(next);
        assertReads(bob.read(next, Delivery.ARCHIVE), "next");
        assertThat(attempt(() -> bob.store().journal(ElementHash.of(next.encrypted()))))
                .isEmpty();
    }

    @Test
    void aTimeThatNoStoreHoldsIsRefused() {
        assertThatThrownBy(() -> bob.engine().retain(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bob.engine().retain(Duration.ofDays(200 * 365).plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMessageThatDidNotLeaveIsNotThere() {
        talk();
        Letter[] letter = new Letter[1];
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("no")), false);

        assertThatThrownBy(() -> alice.engine().encrypt(message, encrypted -> {
                    letter[0] = new Letter(
                            alice.jid(), bob.jid(), encrypted.elements().get(0));
                    throw new IllegalStateException("cannot be sent");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(alice.read(letter[0], Delivery.ARCHIVE)).isInstanceOf(Decryption.NotForThisDevice.class);
    }

    @Test
    void nothingThatIsRememberedPrintsItsText() {
        JournalEntry entry = new JournalEntry(
                ElementHash.of(TestDevice.body("hash")),
                Optional.empty(),
                Optional.empty(),
                bob.jid(),
                List.of(TestDevice.body("the secret text")),
                Optional.empty(),
                List.of(),
                world.clock().instant());

        assertThat(entry.toString()).doesNotContain("secret text");
        assertThat(JournalCodec.encode(entry).toString()).doesNotContain("secret text");
    }

    private Duration retain(TestDevice device, Duration time) throws StoreException {
        device.engine().retain(time);
        return time;
    }

    private static Decrypted assertReads(Decryption decryption, String text) {
        assertThat(decryption).isInstanceOf(Decrypted.class);
        Decrypted read = (Decrypted) decryption;
        assertThat(read.repeated()).isTrue();
        assertThat(read.content().get(0).text()).isEqualTo(text);
        return read;
    }

    /** The session is complete. */
    private void talk() {
        alice.send(bob, "Hello");
        world.deliver();
        bob.send(alice, "Hello");
        world.deliver();
    }

    /** An empty message, as a session's completion. */
    private Letter empty(TestDevice from, TestDevice to) {
        from.forgetsSessionsWith(to);
        to.forgetsSessionsWith(from);
        to.send(from, "again");
        Letter asking = world.mail().removeLast();
        world.mail().clear();
        from.read(asking);
        return world.mail().removeLast();
    }

    /** With the attributes the other way round, and line breaks. */
    private static XmlElement rewritten(XmlElement element) {
        XmlElement.Builder copy = XmlElement.builder(element.name(), element.namespace());
        for (int i = element.attributes().size() - 1; i >= 0; i--) {
            copy.attribute(element.attributes().get(i));
        }
        String text = element.text();
        if (!text.isEmpty()) {
            copy.text("\n" + text.substring(0, text.length() / 2) + "\n  " + text.substring(text.length() / 2));
        }
        element.elements().forEach(child -> copy.text("\n  ").child(rewritten(child)));
        return copy.build();
    }
}
