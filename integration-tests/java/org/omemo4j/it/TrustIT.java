/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.it.ClientBuilder.Start;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.trust.VerificationResult;

/** Alice, Bob and Carol with two devices each: what their people scan, distrust and undo reaches the devices that it should, and no others (XEP-0450). */
@OnServer
class TrustIT {
    @Test
    void whatIsScannedOnceReachesMyOtherDeviceAndThroughMineMyContacts(World world) {
        Six six = Six.of(world);
        six.scanEachOther(six.bobPhone, six.bobDesk);
        six.scanEachOther(six.carolPhone, six.carolDesk);
        six.aliceDesk.scans(six.alicePhone);

        // Contacts scan Alice's phone, which has verified nothing yet: their other devices hear of it by them.
        assertThat(six.bobPhone.scans(six.alicePhone)).isInstanceOf(VerificationResult.Verified.class);
        assertThat(six.carolPhone.scans(six.alicePhone)).isInstanceOf(VerificationResult.Verified.class);
        six.bobDesk.awaitTrust(six.alicePhone, TrustLevel.VERIFIED);
        six.carolDesk.awaitTrust(six.alicePhone, TrustLevel.VERIFIED);

        // The phone scans Bob's two devices in one URI, and Alice's desk.
        assertThat(six.alicePhone.scans(six.bobPhone))
                .isInstanceOfSatisfying(
                        VerificationResult.Verified.class,
                        verified -> assertThat(verified.verified())
                                .containsExactlyInAnyOrder(six.bobPhone.key(), six.bobDesk.key()));
        six.alicePhone.scans(six.aliceDesk);
        six.aliceDesk.awaitTrust(six.bobPhone, TrustLevel.VERIFIED);
        six.aliceDesk.awaitTrust(six.bobDesk, TrustLevel.VERIFIED);
        six.bobPhone.awaitTrust(six.aliceDesk, TrustLevel.VERIFIED);
        six.bobDesk.awaitTrust(six.aliceDesk, TrustLevel.VERIFIED);

        // And the desk scans Carol's, whose phone scans the desk.
        six.aliceDesk.scans(six.carolPhone);
        six.carolPhone.scans(six.aliceDesk);
        six.alicePhone.awaitTrust(six.carolPhone, TrustLevel.VERIFIED);
        six.alicePhone.awaitTrust(six.carolDesk, TrustLevel.VERIFIED);
        six.carolDesk.awaitTrust(six.aliceDesk, TrustLevel.VERIFIED);

        assertHeardOf(six.bobPhone, six.aliceDesk, six.alicePhone);
        assertHeardOf(six.bobDesk, six.aliceDesk, six.alicePhone);
        assertHeardOf(six.bobDesk, six.alicePhone, six.bobPhone);
        assertHeardOf(six.aliceDesk, six.bobPhone, six.alicePhone);
        assertHeardOf(six.aliceDesk, six.bobDesk, six.alicePhone);
        assertHeardOf(six.alicePhone, six.carolPhone, six.aliceDesk);
        assertHeardOf(six.alicePhone, six.carolDesk, six.aliceDesk, six.carolPhone); // whoever was first
        assertHeardOf(six.carolDesk, six.aliceDesk, six.carolPhone);
        assertThat(decision(six.bobPhone, six.alicePhone).means()).isEqualTo(TrustMeans.URI);
        assertThat(six.bobPhone.trusts(six.carolPhone))
                .as("Alice does not speak for Carol")
                .isEqualTo(TrustLevel.UNDECIDED);

        six.alicePhone.send(six.bobPhone, "between verified devices");
        for (Client reader : List.of(six.aliceDesk, six.bobPhone, six.bobDesk)) {
            Message message = reader.awaitAnywhere("between verified devices");
            assertThat(OmemoInfo.of(message).orElseThrow().trust()).isEqualTo(TrustLevel.VERIFIED);
        }
        six.assertNothingOfTrustIsReadable(world);
    }

    @Test
    void distrustSpreadsAndWinsUntilAPersonUndoesItOnEachDevice(World world) {
        Six six = Six.of(world);
        six.everybodyVerifiesEverybody();

        six.decides(six.alicePhone, six.bobDesk, Decision.DISTRUST);
        six.aliceDesk.awaitTrust(six.bobDesk, TrustLevel.DISTRUSTED);

        // Bob says that it is his.
        Smack.run(() -> six.bobPhone.omemo().trust().undo(six.bobDesk.key(), ""));
        six.decides(six.bobPhone, six.bobDesk, Decision.VERIFY);
        for (Client alices : List.of(six.alicePhone, six.aliceDesk)) {
            awaitEntry(alices, six.bobDesk, six.bobPhone, Optional.of(TrustRefusal.DISTRUST_WINS));
            assertThat(alices.trusts(six.bobDesk)).isEqualTo(TrustLevel.DISTRUSTED);
        }

        // The undo is told, and leaves to the person at the desk what it is worth there.
        Smack.run(() -> six.alicePhone.omemo().trust().undo(six.bobDesk.key(), "it was his"));
        assertThat(six.alicePhone.trusts(six.bobDesk)).isEqualTo(TrustLevel.VERIFIED);
        awaitEntry(six.aliceDesk, six.bobDesk, six.alicePhone, Optional.of(TrustRefusal.DISTRUST_WINS));
        assertThat(six.aliceDesk.trusts(six.bobDesk)).isEqualTo(TrustLevel.DISTRUSTED);
        Smack.run(() -> six.aliceDesk.omemo().trust().undo(six.bobDesk.key(), "so it was"));
        assertThat(six.aliceDesk.trusts(six.bobDesk)).isEqualTo(TrustLevel.VERIFIED);
        six.assertNothingOfTrustIsReadable(world);
    }

    @Test
    void aStolenDeviceIsDistrustedByMyContactsAndGetsNothingAnyMore(World world) {
        Six six = Six.of(world);
        six.everybodyVerifiesEverybody();

        six.decides(six.alicePhone, six.aliceDesk, Decision.COMPROMISE);

        for (Client other : List.of(six.bobPhone, six.bobDesk, six.carolPhone, six.carolDesk)) {
            other.awaitTrust(six.aliceDesk, TrustLevel.DISTRUSTED);
            assertHeardOf(other, six.aliceDesk, six.alicePhone);
        }
        assertThat(six.aliceDesk.trusts(six.alicePhone)).as("nobody tells it").isEqualTo(TrustLevel.VERIFIED);
        assertThat(six.bobPhone.scans(six.aliceDesk))
                .isInstanceOfSatisfying(
                        VerificationResult.Refused.class,
                        refused -> assertThat(refused.refusals().keySet()).containsExactly(six.aliceDesk.key()));
        six.bobPhone.send(six.alicePhone, "not for the thief");
        six.alicePhone.awaitAnywhere("not for the thief");
        assertThat(six.bobPhone
                        .outcomes()
                        .await(
                                Outcomes.Sent.class,
                                sent -> sent.message().to().equals(six.alicePhone.jid())
                                        && sent.message().leftOut().stream()
                                                .anyMatch(out ->
                                                        out.device().device().value() == six.aliceDesk.deviceId()))
                        .message()
                        .devices())
                .extracting(device -> device.device().value())
                .contains(six.alicePhone.deviceId(), six.bobDesk.deviceId())
                .doesNotContain(six.aliceDesk.deviceId());
        six.assertNothingOfTrustIsReadable(world);
    }

    @Test
    void whatAnUndecidedOrUnencryptedOneSaysChangesNothing(World world) {
        Six six = Six.of(world);
        // Bob's phone has verified Alice's and speaks, but Alice has not verified it.
        six.bobPhone.scans(six.alicePhone);
        six.decides(six.bobPhone, six.bobDesk, Decision.DISTRUST);
        // A fourth one speaks of Bob's key, and once in clear.
        Client mallory = world.person("mallory");
        mallory.scans(six.alicePhone);
        mallory.sendRaw(six.alicePhone, distrusts(six.bobDesk));
        awaitRefusal(six.alicePhone, mallory, TrustRefusal.NOT_ITS_KEY);
        Client clear = world.client(mallory.account()).start(Start.NEVER).open();
        clear.sendRaw(six.alicePhone, distrusts(six.bobDesk));
        clear.send(six.alicePhone, "after that");
        six.alicePhone.inbox().await("after that");

        awaitRefusal(six.alicePhone, six.bobPhone, TrustRefusal.SENDER_UNDECIDED);
        assertThat(six.alicePhone.trustJournal())
                .anyMatch(entry -> entry.jid().equals(mallory.key().jid())
                        && entry.refusal().equals(Optional.of(TrustRefusal.FORGED)));
        for (Client alices : List.of(six.alicePhone, six.aliceDesk)) {
            assertThat(alices.trusts(six.bobDesk)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
            assertThat(alices.trustJournal())
                    .allSatisfy(entry -> assertThat(entry.refusal()).isPresent());
        }

        // What was kept applies as soon as its sender is verified.
        six.decides(six.alicePhone, six.bobPhone, Decision.VERIFY);
        six.alicePhone.awaitTrust(six.bobDesk, TrustLevel.DISTRUSTED);
        assertHeardOf(six.alicePhone, six.bobDesk, six.bobPhone);
    }

    private static RawXml distrusts(Client whose) {
        KeyOwner owner = new KeyOwner(
                whose.key().jid(), Set.of(), Set.of(whose.key().fingerprint().key()));
        return new RawXml(
                "trust-message",
                "urn:xmpp:tm:1",
                new TrustMessage("urn:xmpp:omemo:2", List.of(owner)).toXml().toXml());
    }

    /** What the key of {@code about} is worth at {@code here} is the word of one of {@code senders}. */
    private static void assertHeardOf(Client here, Client about, Client... senders) {
        TrustEntry entry = decision(here, about);
        assertThat(entry.means()).isEqualTo(TrustMeans.TRUST_MESSAGE);
        assertThat(Stream.of(senders).map(sender -> sender.key().fingerprint()))
                .contains(entry.by().orElseThrow().fingerprint());
    }

    /** The newest about the key of {@code about}. */
    private static TrustEntry decision(Client here, Client about) {
        return here.trustJournal().stream()
                .filter(entry -> entry.key().equals(Optional.of(about.key()))
                        && entry.refusal().isEmpty())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no entry about " + about.key() + "\n" + here.trustJournal()));
    }

    private static void awaitEntry(Client here, Client about, Client by, Optional<TrustRefusal> refusal) {
        Await.until(
                () -> "what " + by.key() + " says of " + about.key() + "\n" + here.trustJournal() + "\n" + here.story(),
                () -> here.trustJournal().stream()
                        .anyMatch(entry -> entry.key().equals(Optional.of(about.key()))
                                && entry.refusal().equals(refusal)
                                && entry.by()
                                        .filter(sender -> sender.fingerprint()
                                                .equals(by.key().fingerprint()))
                                        .isPresent()));
    }

    /** A trust message that was refused as a whole is about its sender. */
    private static void awaitRefusal(Client here, Client sender, TrustRefusal refusal) {
        awaitEntry(here, sender, sender, Optional.of(refusal));
    }

    /** The three with their devices, which all have read something of each other where Alice is one of the two. */
    private record Six(
            Client alicePhone, Client aliceDesk, Client bobPhone, Client bobDesk, Client carolPhone, Client carolDesk) {

        static Six of(World world) {
            Client alice = device(world, world.account("alice"));
            Client bob = device(world, world.account("bob"));
            Client carol = device(world, world.account("carol"));
            Six six = new Six(
                    alice,
                    device(world, alice.account()),
                    bob,
                    device(world, bob.account()),
                    carol,
                    device(world, carol.account()));
            six.all().forEach(client -> client.awaitDevices(client, 2));
            six.greets(six.alicePhone, six.bobPhone);
            six.greets(six.alicePhone, six.carolPhone);
            for (Client client : List.of(six.aliceDesk, six.bobPhone, six.bobDesk, six.carolPhone, six.carolDesk)) {
                six.greets(client, client == six.aliceDesk ? six.bobPhone : six.alicePhone);
            }
            six.greets(six.aliceDesk, six.carolPhone);
            return six;
        }

        private static Client device(World world, Account account) {
            return world.client(account).carbons().readingAllStrangers().open();
        }

        List<Client> all() {
            return List.of(alicePhone, aliceDesk, bobPhone, bobDesk, carolPhone, carolDesk);
        }

        void everybodyVerifiesEverybody() {
            for (Client person : all()) {
                for (Client other : all()) {
                    boolean strangers =
                            Stream.of(person, other).noneMatch(one -> one.jid().equals(alicePhone.jid()))
                                    && !person.jid().equals(other.jid());
                    if (person != other && !strangers) {
                        decides(person, other, Decision.VERIFY);
                    }
                }
            }
            all().forEach(Client::awaitSent);
        }

        void scanEachOther(Client one, Client other) {
            one.scans(other);
            other.scans(one);
        }

        void decides(Client person, Client about, Decision decision) {
            assertThat(Smack.<TrustChange>call(() -> person.omemo().trust().decide(about.key(), decision, "")))
                    .isNotInstanceOf(TrustChange.Refused.class);
        }

        void assertNothingOfTrustIsReadable(World world) {
            for (Client client : all()) {
                assertThat(client.wire().raw())
                        .doesNotContain("trust-message", "key-owner", "urn:xmpp:tm:", "urn:xmpp:atm:");
                assertThat(client.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
            }
            assertThat(world.files().holding("urn:xmpp:tm:")).isEmpty();
        }

        private void greets(Client from, Client to) {
            String body = World.unique("hello");
            from.send(to, body);
            for (Client reader : all()) {
                if (reader != from
                        && (reader.jid().equals(from.jid()) || reader.jid().equals(to.jid()))) {
                    reader.awaitAnywhere(body);
                }
            }
        }
    }
}
