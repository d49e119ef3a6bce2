/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.TrustRefusal;

/** Decisions about identity keys last, whatever lists, sessions and devices do, and are in a journal. */
class TrustTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void i1_aNewKeyGetsNothingBeforeADecisionUnlessAPolicyTrustsIt() {
        TestDevice careful =
                world.device("careful@example.org", new MemoryStore(), World.CONFIG.withTrust(TrustPolicy.manual()));

        Encryption encryption = careful.encrypt(bob.jid(), "Hello");

        assertThat(encryption).isInstanceOf(Encryption.Undecided.class);
        careful.decides(bob, Decision.TRUST);
        careful.send(bob, "Hello");
        world.deliver();
        assertThat(bob.inbox()).containsExactly("Hello");
    }

    @Test
    void i2_afterAVerificationBlindTrustOfThatContactEnds() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice carol = world.device("carol@example.net");
        alice.send(bob, "to both");
        alice.decides(bob, Decision.VERIFY);

        Encryption.Undecided undecided = (Encryption.Undecided) alice.encrypt(bob.jid(), "to the verified one");

        assertThat(undecided.request().keys()).containsExactly(laptop.key());
        assertThat(alice.encrypt(carol.jid(), "to somebody else")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void i4_distrustOutlivesListsAndSessionsAndEndsByAnUndoAlone() {
        TestDevice laptop = world.device("bob@example.com");
        alice.send(bob, "to both");
        world.deliver();
        for (Decision refusal : List.of(Decision.DISTRUST, Decision.COMPROMISE)) {
            alice.decides(bob, refusal);

            alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(laptop)));
            alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(laptop), DeviceListTest.listed(bob)));
            bob.forgetsSessionsWith(alice);
            alice.read(bob.send(alice, "a new session"));
            alice.restart();
            assertThat(alice.decides(bob, Decision.VERIFY)).isInstanceOf(TrustChange.Refused.class);

            assertThat(alice.trusts(bob)).isEqualTo(refusal.level());
            assertThat(((Encryption.Encrypted) alice.encrypt(bob.jid(), "secret")).devices())
                    .containsExactly(laptop.address());
            alice.undoes(bob);
            assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        }
    }

    @Test
    void i4_aCompromisedKeyGetsNotEvenAnEmptyMessage() {
        alice.decides(bob, Decision.COMPROMISE);
        Letter first = bob.send(alice, "hello");
        world.mail().clear();

        alice.read(first);
        alice.login();

        assertThat(world.mail()).isEmpty();
    }

    @Test
    void i5_whatAnUntrustedKeySendsReadsAndTellsWhatItWasWorthThen() {
        TestDevice laptop = world.device("bob@example.com");
        alice.decides(bob, Decision.VERIFY);

        assertThat(level(alice.read(laptop.send(alice, "one")))).isEqualTo(TrustLevel.UNDECIDED);
        alice.decides(laptop, Decision.DISTRUST);
        assertThat(level(alice.read(laptop.send(alice, "two")))).isEqualTo(TrustLevel.DISTRUSTED);
        alice.decides(laptop, Decision.COMPROMISE);
        assertThat(level(alice.read(laptop.send(alice, "three")))).isEqualTo(TrustLevel.COMPROMISED);
        assertThat(level(alice.read(bob.send(alice, "four")))).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.inbox()).containsExactly("one", "two", "three", "four");
    }

    @Test
    void i6_aDeviceThatIsRemovedAndComesBackIsWorthWhatItWas() {
        TestDevice laptop = world.device("bob@example.com");
        alice.send(bob, "to both");
        alice.decides(laptop, Decision.VERIFY);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.UNDECIDED);

        alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(laptop)));
        world.clock().advance(Duration.ofDays(400));
        alice.restart();
        alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(laptop), DeviceListTest.listed(bob)));

        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.encrypt(bob.jid(), "secret")).isInstanceOf(Encryption.Undecided.class);
    }

    @Test
    void i6_norIsItFirstAgainUnderTrustOnFirstUse() {
        TestDevice careful = world.device(
                "careful@example.org", new MemoryStore(), World.CONFIG.withTrust(TrustPolicy.trustOnFirstUse()));
        careful.read(bob.send(careful, "I was first"));
        TestDevice laptop = world.device("bob@example.com");
        careful.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(laptop)));
        careful.read(laptop.send(careful, "I am new"));
        careful.hears(bob.jid(), DeviceListTest.list());
        careful.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(laptop)));
        careful.restart();

        assertThat(careful.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(careful.trusts(bob)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void theJournalTellsWhatWasDecidedWhenByWhatMeansAndWhy() {
        attempt(() -> alice.engine().decide(bob.key(), Decision.TRUST, TrustMeans.PERSON, "looks like him"));
        world.clock().advance(Duration.ofDays(1));
        attempt(() -> alice.engine().decide(bob.key(), Decision.VERIFY, TrustMeans.URI, ""));
        attempt(() -> alice.engine().undo(bob.key(), "wrong code"));
        alice.restart();

        List<TrustEntry> entries = attempt(() -> alice.engine().trustJournal(bob.jid(), 10));
        assertThat(entries)
                .extracting(TrustEntry::means)
                .containsExactly(TrustMeans.UNDO, TrustMeans.URI, TrustMeans.PERSON);
        assertThat(entries).extracting(TrustEntry::reason).containsExactly("wrong code", "", "looks like him");
        assertThat(entries.get(0).number()).isGreaterThan(entries.get(1).number());
        assertThat(entries.get(0).from()).contains(TrustLevel.VERIFIED);
        assertThat(entries.get(0).to()).contains(TrustLevel.BLINDLY_TRUSTED);
        assertThat(entries.get(2).from()).as("nobody had decided").isEmpty();
        assertThat(entries.get(2).key()).contains(bob.key());
        assertThat(Duration.between(entries.get(2).time(), entries.get(1).time()))
                .isEqualTo(Duration.ofDays(1));
        assertThat(attempt(() -> alice.engine().trustJournal(1))).containsExactly(entries.get(0));
        assertThat(attempt(() -> alice.engine().trustJournal(alice.jid(), 10))).isEmpty();
    }

    @Test
    void eachUndoGoesOneDecisionFurtherBack() {
        alice.decides(bob, Decision.TRUST);
        alice.decides(bob, Decision.VERIFY);
        alice.decides(bob, Decision.DISTRUST);
        alice.undoes(bob);
        alice.decides(bob, Decision.COMPROMISE);

        alice.undoes(bob);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
        alice.undoes(bob);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        alice.undoes(bob);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.UNDECIDED);

        assertThat(alice.undoes(bob))
                .isInstanceOfSatisfying(
                        TrustChange.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(TrustRefusal.NOTHING_TO_UNDO));
        assertThat(attempt(() -> alice.engine().trustJournal(100)))
                .as("nothing is deleted")
                .hasSize(8);
    }

    @Test
    void aRefusedDecisionIsInTheJournalAndCannotFillIt() {
        alice.decides(bob, Decision.DISTRUST);
        for (int i = 0; i < TrustJournal.MAX_REFUSED + 20; i++) {
            alice.decides(bob, Decision.VERIFY);
        }

        List<TrustEntry> entries = attempt(() -> alice.engine().trustJournal(10_000));
        assertThat(entries).hasSize(TrustJournal.MAX_REFUSED + 1);
        assertThat(entries.get(0).refusal()).contains(TrustRefusal.DISTRUST_WINS);
        assertThat(entries.get(entries.size() - 1).refusal()).isEmpty();
    }

    @Test
    void aRefusalNamesTheUndo() {
        alice.decides(bob, Decision.DISTRUST);

        assertThat(alice.decides(bob, Decision.TRUST))
                .isInstanceOfSatisfying(
                        TrustChange.Refused.class,
                        refused -> assertThat(refused.sentence()).contains("undo"));
    }

    @Test
    void nobodyDecidesAboutThisDevicesOwnKey() {
        assertThat(alice.decides(alice, Decision.COMPROMISE))
                .isInstanceOfSatisfying(
                        TrustChange.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(TrustRefusal.OWN_KEY));
    }

    @Test
    void markingAsCompromisedWarnsThatOthersCannotBeRecalled() {
        assertThat(alice.decides(bob, Decision.COMPROMISE))
                .isInstanceOfSatisfying(
                        TrustChange.Changed.class,
                        changed -> assertThat(changed.warning().orElseThrow()).contains("cannot be recalled"));
    }

    @Test
    void trustBelongsToTheKeyOfAnAccountAlone() {
        alice.decides(bob, Decision.VERIFY);
        TrustKey elsewhere =
                new TrustKey(World.jid("mallory@example.net"), bob.key().fingerprint());

        assertThat(attempt(() -> alice.engine().trust(elsewhere))).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void aMessageThatWaitsAsksOnceForAllKeysOfAllReadersAndGoesOnWhenTheyAreDecided() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice tablet = world.device("alice@example.org");
        alice.verifiesAnotherKeyOf(bob.jid());
        alice.verifiesAnotherKeyOf(alice.jid());
        Encryption.Undecided first = (Encryption.Undecided) alice.encrypt(bob.jid(), "Hello");
        Encryption.Undecided second = (Encryption.Undecided) alice.encrypt(bob.jid(), "Hello");

        assertThat(first.request().conversation().toString()).isEqualTo("bob@example.com");
        assertThat(first.request().keys()).containsExactlyInAnyOrder(bob.key(), laptop.key(), tablet.key());
        assertThat(first.request().devices()).allSatisfy(device -> {
            assertThat(device.firstSeen()).isEqualTo(world.clock().instant());
            assertThat(device.trust()).isEqualTo(TrustLevel.UNDECIDED);
        });
        assertThat(first.reaction().events()).contains(new OmemoEvent.DecisionNeeded(first.request()));
        assertThat(second.reaction().events()).as("told once").isEmpty();
        assertThat(attempt(() -> alice.store().sessions(bob.address(), "urn:xmpp:omemo:2")))
                .isEmpty();

        alice.decides(bob, Decision.TRUST);
        Encryption.Undecided third = (Encryption.Undecided) alice.encrypt(bob.jid(), "Hello");
        assertThat(third.reaction().events())
                .as("another set")
                .containsExactly(new OmemoEvent.DecisionNeeded(third.request()));
        alice.decides(laptop, Decision.VERIFY);
        alice.decides(tablet, Decision.DISTRUST);
        Encryption.Encrypted sent = (Encryption.Encrypted) alice.encrypt(bob.jid(), "Hello");
        assertThat(sent.devices()).containsExactlyInAnyOrder(bob.address(), laptop.address());
    }

    @Test
    void aMessageMayLeaveWithoutTheUndecidedOnes() {
        TestDevice laptop = world.device("bob@example.com");
        alice.decides(bob, Decision.VERIFY);
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("Hello")), false);
        Encryption.Undecided undecided = (Encryption.Undecided) alice.encrypt(message);

        Encryption.Encrypted sent = (Encryption.Encrypted)
                alice.encrypt(message.without(undecided.request().keys()));

        assertThat(sent.devices()).containsExactly(bob.address());
        assertThat(sent.leftOut())
                .containsExactly(new Encryption.LeftOut(laptop.address(), Encryption.LeftOut.Why.UNDECIDED));
        Encryption.Undecided next = (Encryption.Undecided) alice.encrypt(message);
        assertThat(next.reaction().events())
                .as("the next message asks again")
                .containsExactly(new OmemoEvent.DecisionNeeded(next.request()));
    }

    @Test
    void whatCannotLeaveWhateverIsDecidedAsksForNothing() {
        TestDevice tablet = world.device("alice@example.org");
        alice.verifiesAnotherKeyOf(alice.jid());
        alice.decides(bob, Decision.DISTRUST);

        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
        assertThat(alice.trusts(tablet)).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void aControlMessageWaitsForNoDecision() {
        TestDevice laptop = world.device("bob@example.com");
        alice.send(bob, "to both");
        alice.decides(bob, Decision.VERIFY);
        var composing = org.omemo4j.protocol.xml.XmlElement.builder(
                        "composing", "http://jabber.org/protocol/chatstates")
                .build();

        Encryption encryption = alice.encrypt(OutgoingMessage.toContact(bob.jid(), List.of(composing), true));

        assertThat(((Encryption.Encrypted) encryption).devices()).containsExactly(bob.address());
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void whenNoMessageWaitsAnyMoreTheNextOneAsksAgain() {
        alice.verifiesAnotherKeyOf(bob.jid());
        var parked = attempt(() -> alice.engine().park(bob.jid(), "1", "<message/>"));
        alice.encrypt(bob.jid(), "Hello");

        attempt(() -> {
            alice.engine().unpark(parked.number());
            return parked;
        });

        Encryption.Undecided next = (Encryption.Undecided) alice.encrypt(bob.jid(), "Hello");
        assertThat(next.reaction().events()).containsExactly(new OmemoEvent.DecisionNeeded(next.request()));
    }

    @Test
    void aTrustMessageThatWaitsKeepsNoRequestOpenAndEndsNone() {
        TestDevice tablet = world.device("alice@example.org");
        alice.talksWith(tablet);
        alice.talksWith(bob);
        alice.decides(tablet, Decision.VERIFY);
        alice.decides(bob, Decision.VERIFY);
        alice.decides(tablet, Decision.DISTRUST);
        TestDevice laptop = world.device("bob@example.com");
        alice.read(laptop.send(alice, "hello"));
        var parked = attempt(() -> alice.engine().park(bob.jid(), "1", "<message xmlns='jabber:client'/>"));
        assertThat(alice.tries(parked)).isInstanceOf(Encryption.Undecided.class);
        List<Long> waiting = attempt(() -> alice.engine().parked(bob.jid(), -1L)).stream()
                .map(ParkedRecord::number)
                .toList();
        assertThat(waiting).hasSize(3).endsWith(parked.number());

        unpark(waiting.get(0));
        assertThat(attempt(() -> alice.engine().trustRequests())).hasSize(1);

        unpark(parked.number());
        assertThat(attempt(() -> alice.engine().trustRequests())).isEmpty();
        assertThat(alice.engine().hasParked(bob.jid())).isTrue();
    }

    @Test
    void aKnownButUndecidedKeyShowsWithItsDevice() {
        alice.verifiesAnotherKeyOf(bob.jid());
        alice.encrypt(bob.jid(), "Hello");

        KnownDevice shown = attempt(() -> alice.engine().devices(bob.jid())).get(0);

        assertThat(shown.fingerprint()).isEqualTo(Optional.of(bob.key().fingerprint()));
        assertThat(shown.trust()).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void aFingerprintIsTheKey() {
        Fingerprint fingerprint = bob.key().fingerprint();

        assertThat(Fingerprint.of(fingerprint.key())).isEqualTo(fingerprint);
    }

    private void unpark(long number) {
        attempt(() -> {
            alice.engine().unpark(number);
            return number;
        });
    }

    private static TrustLevel level(Decryption decryption) {
        return ((Decryption.Decrypted) decryption).origin().trust();
    }
}
