/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.Changes;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.OddEnvelopes;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.x3dh.IdentityKey;

/** Trust messages that come: whose word counts, about which keys, and what becomes of the others. They are written by hand here, as their senders would not. */
class TrustMessagesTest {
    private static final OmemoConfig BY_HAND = World.CONFIG.withTrustMessages(false);

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice tablet = byHand("alice@example.org");
    private final TestDevice bob = byHand("bob@example.com");
    private final TestDevice laptop = byHand("bob@example.com");
    private final TestDevice carol = byHand("carol@example.net");

    @Test
    void whatAVerifiedDeviceSaysOfItsAccountsKeysIsBelieved() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);

        Decryption read = alice.read(says(bob, trusted(laptop)));

        assertThat(refusal(read)).isEmpty();
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
        TrustEntry entry = attempt(() -> alice.engine().trustJournal(1)).get(0);
        assertThat(entry.key()).contains(laptop.key());
        assertThat(entry.means()).isEqualTo(TrustMeans.TRUST_MESSAGE);
        assertThat(entry.by())
                .contains(new TrustEntry.Sender(bob.address(), bob.key().fingerprint()));
        assertThat(alice.events(OmemoEvent.TrustChanged.class))
                .containsExactly(new OmemoEvent.TrustChanged(
                        laptop.key(),
                        TrustLevel.UNDECIDED,
                        TrustLevel.VERIFIED,
                        TrustMeans.TRUST_MESSAGE,
                        entry.by().orElseThrow()));
    }

    @Test
    void andWhatItDistrustsIsDistrusted() {
        alice.decides(bob, Decision.VERIFY);
        alice.decides(laptop, Decision.VERIFY);

        alice.read(says(bob, distrusted(laptop)));

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void ourOwnDeviceSpeaksForAnybodysKeys() {
        alice.decides(tablet, Decision.VERIFY);
        hello(bob);
        hello(carol);

        alice.read(says(
                tablet,
                message(
                        new KeyOwner(bob.jid(), Set.of(identifier(bob)), Set.of()),
                        new KeyOwner(carol.jid(), Set.of(), Set.of(identifier(carol))))));

        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.trusts(carol)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void aCopyOfWhatOurOwnDeviceSendsToAContactCounts() {
        alice.decides(tablet, Decision.VERIFY);
        hello(bob);

        alice.read(tablet.send(bob.jid(), message(owner(bob, true))), Delivery.CARBON);

        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void i3_anUndecidedDeviceIsNotBelievedUntilItIsVerified() {
        hello(laptop);
        alice.verifiesAnotherKeyOf(bob.jid());

        Decryption read = alice.read(says(bob, trusted(laptop)));

        assertThat(refusal(read)).contains(TrustRefusal.SENDER_UNDECIDED);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.SENDER_UNDECIDED);
        assertThat(newest(alice).key()).contains(bob.key());
        assertThat(newest(alice).reason()).isEqualTo("keys trusted: 1, distrusted: 0");

        alice.restart();
        alice.decides(bob, Decision.VERIFY);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.events(OmemoEvent.TrustChanged.class)).hasSize(1);
        assertThat(attempt(() -> alice.store().keptTrust())).isZero();
    }

    @Test
    void i3_aBlindlyTrustedDeviceIsNotAuthenticatedEither() {
        hello(laptop);

        assertThat(refusal(alice.read(says(bob, distrusted(laptop))))).contains(TrustRefusal.SENDER_UNDECIDED);
        alice.decides(bob, Decision.TRUST);

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void whatIsKeptAppliesInTheOrderOfItsTimeAndDistrustWins() {
        hello(laptop);
        alice.read(says(bob, distrusted(laptop)));
        alice.read(says(bob, trusted(laptop)));

        alice.decides(bob, Decision.VERIFY);

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void oneKeyThatIsVerifiedMayVerifyTheNext() {
        List<TestDevice> chain = new ArrayList<>(List.of(bob, laptop));
        for (int i = 0; i < 8; i++) {
            chain.add(byHand("bob@example.com"));
        }
        chain.forEach(this::hello);
        for (int i = chain.size() - 1; i > 0; i--) {
            alice.read(says(chain.get(i - 1), trusted(chain.get(i))));
        }

        alice.decides(bob, Decision.VERIFY);

        assertThat(chain).allSatisfy(device -> assertThat(alice.trusts(device)).isEqualTo(TrustLevel.VERIFIED));
    }

    @Test
    void i3_aReplayedOlderOneDoesNothing() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        Letter first = says(bob, trusted(laptop));
        Letter second = says(bob, trusted(bob));
        alice.read(second);

        Decryption read = alice.read(first);

        assertThat(refusal(read)).contains(TrustRefusal.REPLAYED);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.REPLAYED);
        assertThat(alice.read(first)).isInstanceOf(Decryption.Duplicate.class);
    }

    @Test
    void i3_norDoesOneOfTheSameTimeAlsoAfterARestart() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        Letter first = says(bob, trusted(bob));
        Letter second = bob.send(alice.jid(), trusted(laptop));
        alice.read(first);
        alice.restart();

        assertThat(refusal(alice.read(second))).contains(TrustRefusal.REPLAYED);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void i3_timesAreComparedPerSenderAndWhatIsKeptCounts() {
        hello(laptop);
        Letter first = says(bob, trusted(laptop));
        Letter second = says(laptop, trusted(bob));
        Letter third = says(bob, distrusted(laptop));
        alice.read(third);

        assertThat(refusal(alice.read(second))).contains(TrustRefusal.SENDER_UNDECIDED);
        assertThat(refusal(alice.read(first))).contains(TrustRefusal.REPLAYED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "from", "to"})
    void i3_theEnvelopeMustSayWhenByWhomAndForWhom(String affix) {
        TestDevice odd =
                world.device("bob@example.com", new MemoryStore(), BY_HAND.withVersions(OddEnvelopes.without(affix)));
        alice.decides(odd, Decision.VERIFY);
        hello(laptop);

        assertThat(refusal(alice.read(says(odd, trusted(laptop))))).contains(TrustRefusal.UNUSABLE);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.UNUSABLE);
    }

    @Test
    void i3_aTimeFarAheadIsNotBelievedAsAllLaterOnesWouldBeReplays() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        world.clock().advance(Duration.ofDays(2));
        Letter early = says(bob, distrusted(laptop));
        world.clock().advance(Duration.ofDays(-2));

        assertThat(refusal(alice.read(early))).contains(TrustRefusal.UNUSABLE);
        assertThat(refusal(alice.read(says(bob, trusted(laptop))))).isEmpty();
    }

    @Test
    void i3_keysForAnotherEncryptionAreNotOurs() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        XmlElement other = new TrustMessage("urn:xmpp:openpgp:0", List.of(owner(laptop, true))).toXml();

        assertThat(refusal(alice.read(says(bob, other)))).contains(TrustRefusal.UNUSABLE);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void whatIsMalformedOrTwiceInAMessageChangesNothingAndShowsNothing() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        XmlElement malformed =
                XmlElement.builder("trust-message", "urn:xmpp:tm:1").text("?").build();

        assertThat(refusal(alice.read(says(bob, malformed)))).contains(TrustRefusal.UNUSABLE);
        assertThat(refusal(alice.read(says(bob, trusted(laptop), trusted(laptop)))))
                .contains(TrustRefusal.UNUSABLE);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(entries(alice, TrustRefusal.UNUSABLE))
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.by()).contains(sender(bob)));
    }

    @Test
    void whatIsRefusedForGoodIsToldAndWhatIsOnlyKeptIsNot() {
        hello(laptop);
        alice.read(says(bob, trusted(laptop)));
        alice.decides(bob, Decision.VERIFY);
        alice.read(says(bob, ofBob(Bytes.ofHex("11".repeat(32)))));
        assertThat(alice.events(OmemoEvent.TrustMessageRefused.class)).isEmpty();

        Letter old = says(bob, trusted(laptop));
        alice.read(says(bob, trusted(carol)));
        alice.read(says(bob, trusted(bob)));
        alice.read(old);

        assertThat(alice.events(OmemoEvent.TrustMessageRefused.class))
                .containsExactly(
                        new OmemoEvent.TrustMessageRefused(
                                bob.jid(), Optional.of(sender(bob)), TrustRefusal.NOT_ITS_KEY),
                        new OmemoEvent.TrustMessageRefused(bob.jid(), Optional.of(sender(bob)), TrustRefusal.REPLAYED))
                .extracting(OmemoEvent::sentence)
                .containsExactly(
                        "A trust message of " + bob.address()
                                + " was refused: it is about keys that its sender has no say in.",
                        "A trust message of " + bob.address()
                                + " was refused: it is no newer than one that was read before.");
    }

    @Test
    void i4_distrustWinsOverTrustAndACompromisedKeyStaysSo() {
        alice.decides(bob, Decision.VERIFY);
        for (Decision refusal : List.of(Decision.DISTRUST, Decision.COMPROMISE)) {
            alice.decides(laptop, refusal);

            assertThat(refusal(alice.read(says(bob, trusted(laptop))))).contains(TrustRefusal.DISTRUST_WINS);

            assertThat(alice.trusts(laptop)).isEqualTo(refusal.level());
            assertThat(newest(alice).refusal()).contains(TrustRefusal.DISTRUST_WINS);
            assertThat(newest(alice).key()).contains(laptop.key());
        }
        alice.read(says(bob, distrusted(laptop)));
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.COMPROMISED);
    }

    @Test
    void i4_onlyAnUndoLeavesWhatATrustMessageDistrusted() {
        alice.decides(bob, Decision.VERIFY);
        alice.decides(laptop, Decision.VERIFY);
        alice.read(says(bob, distrusted(laptop)));

        alice.decides(laptop, Decision.VERIFY);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
        alice.undoes(laptop);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void aContactSpeaksForItsOwnKeysOnly() {
        alice.decides(bob, Decision.VERIFY);
        alice.decides(carol, Decision.TRUST);
        hello(tablet);
        hello(laptop);

        Decryption read = alice.read(says(bob, message(owner(carol, true), owner(tablet, true), owner(laptop, true))));

        assertThat(refusal(read)).isEmpty();
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.trusts(carol)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(alice.trusts(tablet)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        TrustEntry entry = entries(alice, TrustRefusal.NOT_ITS_KEY).get(0);
        assertThat(entry.reason()).isEqualTo("alice@example.org, carol@example.net");
        assertThat(refusal(alice.read(says(bob, trusted(carol))))).contains(TrustRefusal.NOT_ITS_KEY);
    }

    @Test
    void nobodyDecidesAboutThisDevicesOwnKey() {
        alice.decides(tablet, Decision.VERIFY);

        assertThat(refusal(alice.read(says(tablet, distrusted(alice))))).contains(TrustRefusal.OWN_KEY);

        assertThat(newest(alice).refusal()).contains(TrustRefusal.OWN_KEY);
        assertThat(newest(alice).key()).contains(alice.key());
        alice.send(bob, "still here");
    }

    @Test
    void aDistrustedDeviceIsNotHeardAndWhatWasKeptOfItWaitsForAnUndo() {
        hello(laptop);
        alice.read(says(bob, distrusted(laptop)));
        alice.decides(bob, Decision.DISTRUST);

        assertThat(alice.trusts(laptop)).isNotEqualTo(TrustLevel.DISTRUSTED);
        assertThat(refusal(alice.read(says(bob, trusted(laptop))))).contains(TrustRefusal.SENDER_DISTRUSTED);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.SENDER_DISTRUSTED);
        alice.undoes(bob);
        alice.decides(bob, Decision.VERIFY);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void aDeviceThatDistrustsItselfIsBelievedOnceMore() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);

        alice.read(says(bob, message(new KeyOwner(bob.jid(), Set.of(identifier(laptop)), Set.of(identifier(bob))))));

        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.DISTRUSTED);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void whatIsSaidOfAnUnknownKeyIsKeptUntilADeviceShowsIt() {
        alice.decides(bob, Decision.VERIFY);
        assertThat(refusal(alice.read(says(bob, trusted(laptop))))).contains(TrustRefusal.KEY_UNKNOWN);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.KEY_UNKNOWN);
        alice.restart();

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        Encryption.Encrypted sent = (Encryption.Encrypted) alice.encrypt(bob.jid(), "to both, and nobody is asked");

        assertThat(sent.devices()).contains(bob.address(), laptop.address());
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(sent.reaction().events())
                .contains(new OmemoEvent.NewIdentityKey(
                        laptop.address(), laptop.key().fingerprint(), TrustLevel.VERIFIED));
        assertThat(attempt(() -> alice.store().keptTrust())).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void i2_whereItIsVerifiedByAMessageThatMessageWaitsForADecisionAboutTheOthers(boolean first) {
        TestDevice verified = first ? bob : laptop;
        alice.decides(tablet, Decision.VERIFY);
        alice.read(says(tablet, trusted(verified)));

        Encryption message = alice.encrypt(bob.jid(), "secret");

        assertThat(alice.trusts(verified)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(((Encryption.Undecided) message).request().keys()).containsExactly((first ? laptop : bob).key());
        assertThat(message.reaction().events())
                .filteredOn(OmemoEvent.NewIdentityKey.class::isInstance)
                .extracting(event -> ((OmemoEvent.NewIdentityKey) event).level())
                .containsExactlyInAnyOrder(TrustLevel.VERIFIED, TrustLevel.UNDECIDED);
        alice.undoes(verified);
        assertThat(alice.trusts(first ? laptop : bob)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void i2_blindTrustEndsThoughTheServerHidesTheDeviceThatWasVerified() {
        world.putDeviceList(bob.jid(), new Device(laptop.address().device(), Optional.empty()));
        alice.decides(tablet, Decision.VERIFY);
        hello(laptop);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        alice.read(says(tablet, trusted(bob)));

        for (int run = 0; run < 2; run++) {
            assertThat(((Decryption.Decrypted) alice.read(laptop.send(alice, "hello")))
                            .origin()
                            .trust())
                    .isEqualTo(TrustLevel.UNDECIDED);
            assertThat(alice.encrypt(bob.jid(), "secret")).isInstanceOf(Encryption.Undecided.class);
            alice.restart();
        }
        alice.undoes(tablet);
        assertThat(alice.trusts(laptop))
                .as("who said so is not verified any more")
                .isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        alice.decides(tablet, Decision.VERIFY);
        alice.read(says(tablet, distrusted(bob)));
        assertThat(alice.trusts(laptop)).as("it was distrusted instead").isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void whatAnUnverifiedDeviceSaysOfAnUnknownKeyEndsNoBlindTrust() {
        hello(laptop);

        alice.read(says(tablet, trusted(bob)));

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void ifItsSenderIsStillVerifiedThen() {
        alice.decides(bob, Decision.VERIFY);
        alice.read(says(bob, trusted(laptop)));
        alice.undoes(bob);

        hello(laptop);

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        alice.decides(bob, Decision.VERIFY);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void aPersonWhoDecidesAboutAKeyComesAfterWhatWasKept() {
        alice.decides(bob, Decision.VERIFY);
        alice.read(says(bob, distrusted(laptop)));

        alice.decides(laptop, Decision.VERIFY);

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void aKeyMayBeNamedInEitherForm() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        TestDevice unseen = byHand("bob@example.com");

        alice.read(says(bob, ofBob(laptop.key().fingerprint().key())));
        alice.read(says(bob, ofBob(unseen.key().fingerprint().key())));
        hello(unseen);

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.trusts(unseen)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void allThatMayStandForAKeyIsFoundWithoutReadingEachIdentifier() throws InvalidKeyException {
        Bytes form = laptop.key().fingerprint().key();
        X25519PublicKey key = X25519PublicKey.of(form);

        assertThat(KeptTrust.identifiers(form))
                .containsExactlyInAnyOrder(
                        form,
                        IdentityKey.ofCurve25519(key, 0).bytes(),
                        IdentityKey.ofCurve25519(key, 1).bytes())
                .contains(laptop.identityKey());
        Bytes none = new Fingerprint("0".repeat(64)).key();
        assertThat(KeptTrust.identifiers(none)).contains(none);
    }

    @Test
    void aMessageThatWaitsForTheKeyGoesOn() {
        alice.decides(bob, Decision.VERIFY);
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Undecided.class);

        alice.read(says(bob, trusted(laptop)));

        assertThat(((Encryption.Encrypted) alice.encrypt(bob.jid(), "Hello")).devices())
                .contains(bob.address(), laptop.address());
    }

    @Test
    void oneSenderMayHaveSoMuchKeptAndNotMore() {
        List<Bytes> keys = IntStream.range(0, KeptTrust.MAX_OF_A_SENDER)
                .mapToObj(i -> Bytes.ofHex("%064x".formatted(i + 16)))
                .toList();
        alice.read(says(bob, ofBob(keys.subList(1, keys.size()).toArray(Bytes[]::new))));

        assertThat(refusal(alice.read(says(bob, trusted(bob))))).contains(TrustRefusal.SENDER_UNDECIDED);
        assertThat(refusal(alice.read(says(bob, trusted(laptop))))).contains(TrustRefusal.TOO_MUCH);
        assertThat(attempt(() -> alice.store().keptTrust())).isEqualTo(KeptTrust.MAX_OF_A_SENDER);
        assertThat(refusal(alice.read(says(laptop, trusted(bob))))).contains(TrustRefusal.SENDER_UNDECIDED);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.SENDER_UNDECIDED);
    }

    @Test
    void whatOthersSayDrivesNothingOutThatAPersonWasRefused() {
        alice.decides(bob, Decision.DISTRUST);
        alice.decides(bob, Decision.VERIFY);
        List<TrustEntry> before = attempt(() -> alice.engine().trustJournal(10));
        assertThat(newest(alice).refusal()).contains(TrustRefusal.DISTRUST_WINS);

        for (int i = 0; i < TrustJournal.MAX_REFUSED + 20; i++) {
            alice.read(says(bob, trusted(laptop)));
        }

        assertThat(attempt(() -> alice.engine().trustJournal(10_000)))
                .hasSize(TrustJournal.MAX_REFUSED + before.size())
                .containsAll(before);
    }

    @Test
    void strangersFillNoDiskAndOfWhoeverHasMostKeptTheOldestMakesRoom() {
        alice.read(says(laptop, trusted(bob)));
        List<KeptTrustRecord> first = attempt(() -> alice.store().allKeptTrust());
        fill(KeptTrust.MAX_OF_ALL - 1, i -> "mallory@example.net");

        assertThat(refusal(alice.read(says(carol, trusted(carol))))).contains(TrustRefusal.SENDER_UNDECIDED);

        assertThat(attempt(() -> alice.store().keptTrust())).isEqualTo(KeptTrust.MAX_OF_ALL);
        assertThat(attempt(() -> alice.store().allKeptTrust()))
                .containsAll(first)
                .anyMatch(kept -> kept.owner().equals(carol.jid()))
                .noneMatch(kept -> kept.identifier().equals(Bytes.ofHex("00".repeat(32))));
    }

    @Test
    void theyDriveOutNothingThatAVerifiedOrOurOwnDeviceHasSaid() {
        alice.decides(bob, Decision.VERIFY);
        alice.read(says(bob, ofBob(Bytes.ofHex("11".repeat(32)), Bytes.ofHex("12".repeat(32)))));
        alice.read(says(tablet, ofBob(Bytes.ofHex("13".repeat(32)), Bytes.ofHex("14".repeat(32)))));
        List<KeptTrustRecord> first = attempt(() -> alice.store().allKeptTrust());
        fill(KeptTrust.MAX_OF_ALL, i -> "mallory" + i + "@example.net");

        alice.read(says(carol, trusted(carol)));

        assertThat(attempt(() -> alice.store().allKeptTrust()))
                .containsAll(first)
                .hasSize(first.size() + KeptTrust.MAX_OF_ALL);
    }

    @Test
    void ourOwnDevicesHaveABoundOfTheirOwn() {
        fill(KeptTrust.MAX_OF_ALL, i -> "alice@example.org");
        alice.read(says(carol, trusted(carol)));

        alice.read(says(tablet, trusted(bob)));

        assertThat(attempt(() -> alice.store().allKeptTrust()))
                .hasSize(KeptTrust.MAX_OF_ALL + 1)
                .anyMatch(kept -> kept.owner().equals(carol.jid()))
                .anyMatch(kept -> kept.owner().equals(bob.jid()))
                .noneMatch(kept -> kept.identifier().equals(Bytes.ofHex("00".repeat(32))));
    }

    @Test
    void aTrustMessageIsNothingToShowAndOthersInTheEnvelopeAre() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);

        Decryption both = alice.read(says(bob, trusted(laptop), TestDevice.body("Hello")));

        assertThat(((Decryption.Decrypted) both).content()).containsExactly(TestDevice.body("Hello"));
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void oneThatTheArchiveBringsAgainIsReadOnceAndIsNoNews() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        Letter letter = says(bob, trusted(laptop));
        alice.read(letter);
        alice.undoes(laptop);
        int entries = attempt(() -> alice.engine().trustJournal(100)).size();

        Decryption again = alice.read(letter, Delivery.ARCHIVE);

        assertThat(refusal(again)).contains(TrustRefusal.REPLAYED);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(attempt(() -> alice.engine().trustJournal(100))).hasSize(entries);
    }

    @Test
    void throughARoomNobodySpeaks() {
        alice.decides(bob, Decision.VERIFY);
        hello(laptop);
        BareJid room = World.jid("room@conference.example.org");
        attempt(() -> {
            bob.engine().setPolicy(room, EncryptionPolicy.REQUIRED);
            return room;
        });
        OutgoingMessage message = OutgoingMessage.toRoom(room, Set.of(alice.jid()), List.of(trusted(laptop)), false);
        Encryption.Encrypted sent = (Encryption.Encrypted) bob.encrypt(message);

        Decryption read = attempt(() -> alice.engine()
                .decrypt(new IncomingMessage(
                        new Author.Known(bob.jid()),
                        room,
                        true,
                        sent.elements().get(0),
                        Delivery.LIVE,
                        Optional.empty())));

        assertThat(refusal(read)).contains(TrustRefusal.UNUSABLE);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(newest(alice).refusal()).contains(TrustRefusal.UNUSABLE);
        assertThat(newest(alice).by()).contains(sender(bob));
    }

    @Test
    void withoutAutomaticTrustManagementItIsTheApplicationsAffair() {
        TestDevice plain = byHand("dave@example.org");
        plain.decides(bob, Decision.VERIFY);
        plain.read(laptop.send(plain, "hello"));

        Decryption read = plain.read(bob.send(plain.jid(), trusted(laptop)));

        assertThat(((Decryption.Decrypted) read).content()).containsExactly(trusted(laptop));
        assertThat(plain.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void strangersAreKeptToo() {
        TestDevice careful =
                world.device("careful@example.org", new MemoryStore(), World.CONFIG.withTrust(TrustPolicy.manual()));

        careful.read(bob.send(careful.jid(), trusted(laptop)));
        careful.decides(bob, Decision.VERIFY);
        careful.read(laptop.send(careful, "hello"));

        assertThat(careful.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
    }

    private TestDevice byHand(String jid) {
        return world.device(jid, new MemoryStore(), BY_HAND);
    }

    /** Its key is known from then on. */
    private void hello(TestDevice device) {
        alice.read(device.send(alice, "hello"));
    }

    /** So much is kept of what others have said, a hundred of each key. */
    private void fill(int size, IntFunction<String> sender) {
        alice.whileStopped(store -> IntStream.range(0, size)
                .<Changes.Change>mapToObj(i -> new Changes.PutKeptTrust(new KeptTrustRecord(
                        new DeviceAddress(World.jid(sender.apply(i)), new DeviceId(1)),
                        Bytes.ofHex("%064x".formatted(i / 100)),
                        world.clock().instant(),
                        World.jid("mallory@example.net"),
                        Bytes.ofHex("%064x".formatted(i)),
                        "VERIFY")))
                .toList());
        alice.login();
    }

    /** A second later than what was said before. */
    private Letter says(TestDevice device, XmlElement... content) {
        world.clock().advance(Duration.ofSeconds(1));
        return device.send(alice.jid(), content);
    }

    private static XmlElement trusted(TestDevice device) {
        return message(owner(device, true));
    }

    private static XmlElement distrusted(TestDevice device) {
        return message(owner(device, false));
    }

    private XmlElement ofBob(Bytes... trusted) {
        return message(new KeyOwner(bob.jid(), Set.of(trusted), Set.of()));
    }

    private static KeyOwner owner(TestDevice device, boolean trusted) {
        Set<Bytes> key = Set.of(identifier(device));
        return new KeyOwner(device.jid(), trusted ? key : Set.of(), trusted ? Set.of() : key);
    }

    private static XmlElement message(KeyOwner... owners) {
        return new TrustMessage("urn:xmpp:omemo:2", List.of(owners)).toXml();
    }

    /** As it is published. */
    private static Bytes identifier(TestDevice device) {
        return device.identityKey();
    }

    private static Optional<TrustRefusal> refusal(Decryption decryption) {
        return ((Decryption.TrustMessageRead) decryption).refusal();
    }

    private static TrustEntry.Sender sender(TestDevice device) {
        return new TrustEntry.Sender(device.address(), device.key().fingerprint());
    }

    private static TrustEntry newest(TestDevice device) {
        return attempt(() -> device.engine().trustJournal(1)).get(0);
    }

    private static List<TrustEntry> entries(TestDevice device, TrustRefusal refusal) {
        return attempt(() -> device.engine().trustJournal(1000)).stream()
                .filter(entry -> entry.refusal().equals(Optional.of(refusal)))
                .toList();
    }
}
