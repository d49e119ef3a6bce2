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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.Changes;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.TrustRefusal;

/**
 * Alice would like to use OMEMO when communicating with Bob. Alice has the endpoints A1, A2 and A3. Bob has the endpoint B1. A1 has already authenticated A2's key. The other endpoints have not
 * authenticated each other's key.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0450.html">XEP-0450 0.4.0, "Use Cases"</a>
 */
class AutomaticTrustManagementTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.com";

    private final World world = new World();
    private final TestDevice a1 = world.device(ALICE);
    private final TestDevice a2 = world.device(ALICE);
    private final TestDevice a3 = world.device(ALICE);
    private final TestDevice b1 = world.device(BOB);

    @BeforeEach
    void everybodyKnowsAllKeysAndA1HasAuthenticatedA2() {
        for (TestDevice device : List.of(a1, a2, a3)) {
            device.send(b1, "hello");
            world.deliver();
            b1.send(device, "hello");
            world.deliver();
        }
        assertThat(a1.decides(a2, Decision.VERIFY)).isInstanceOf(TrustChange.Changed.class);
        assertThat(saidBy(a1)).isEmpty();
    }

    /** The examples of the specification, which are consecutive. */
    @Test
    void theUseCasesOfTheSpecification() {
        // A1 authenticates B1's key.
        a1.decides(b1, Decision.VERIFY);
        assertThat(saidBy(a1))
                .containsExactly(
                        "to alice@example.org: trust B1", // "A1 sends an authentication message for B1's key to A2"
                        "to bob@example.com: trust A2"); // "A1 sends an authentication message for A2's key to B1"
        assertThat(readersOfWhatLeaves(a1)).containsExactly(List.of(a2), List.of(b1));
        world.deliver();

        // "A2 authenticates B1's key by the authentication message from A1 as soon as A2 authenticated A1's key."
        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        a2.decides(a1, Decision.VERIFY);
        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(saidBy(a2)).containsExactly("to bob@example.com: trust A1", "to alice@example.org: trust B1");
        a2.sendParked();
        world.deliver();

        // "B1 authenticates A2's key by the authentication message from A1 as soon as B1 authenticated A1's key."
        assertThat(b1.trusts(a2)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        b1.decides(a1, Decision.VERIFY);
        assertThat(b1.trusts(a2)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(saidBy(b1)).as("it has no other own endpoint").isEmpty();

        // A2 authenticates A3's key.
        a2.decides(a3, Decision.VERIFY);
        assertThat(saidBy(a2))
                .containsExactly(
                        "to alice@example.org: trust A3", // to A1, which the specification does by carbons
                        "to bob@example.com: trust A3", // "A2 sends an authentication message for A3's key to B1"
                        "to alice@example.org: trust A1 B1"); // "... for A1's and B1's key to A3"
        assertThat(readersOfWhatLeaves(a2)).containsExactly(List.of(a1), List.of(b1), List.of(a3));
        world.deliver();
        assertThat(a1.trusts(a3)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(b1.trusts(a3)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(a3.trusts(b1)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        a3.decides(a2, Decision.VERIFY);
        assertThat(a3.trusts(a1)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(a3.trusts(b1)).isEqualTo(TrustLevel.VERIFIED);
        a3.sendParked();
        world.deliver();

        // A1 distrusts A3's key.
        a1.decides(a3, Decision.DISTRUST);
        assertThat(saidBy(a1))
                .containsExactly(
                        "to alice@example.org: distrust A3", // to A2, which the specification does by carbons
                        "to bob@example.com: distrust A3"); // "A1 sends a distrust message for A3's key to B1"
        assertThat(readersOfWhatLeaves(a1)).containsExactly(List.of(a2), List.of(b1));
        world.deliver();
        // "A2 distrusts A3's key by the distrust message from A1 as soon as A2 authenticated A1's key."
        assertThat(a2.trusts(a3)).isEqualTo(TrustLevel.DISTRUSTED);
        assertThat(b1.trusts(a3)).isEqualTo(TrustLevel.DISTRUSTED);

        // A1 distrusts B1's key.
        a1.decides(b1, Decision.DISTRUST);
        assertThat(saidBy(a1)).containsExactly("to alice@example.org: distrust B1"); // "... for B1's key to A2"
        assertThat(readersOfWhatLeaves(a1)).containsExactly(List.of(a2));
        world.deliver();
        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.DISTRUSTED);
        assertThat(a2.inbox()).as("nothing of that is shown").allMatch("hello"::equals);
    }

    @Test
    void whatIsSaidWaitsInTheStoreFromTheSameStepOn() {
        a1.decides(b1, Decision.VERIFY);
        a1.restart();

        assertThat(saidBy(a1)).hasSize(2);
        a1.sendParked();
        world.deliver();
        b1.decides(a1, Decision.VERIFY);
        assertThat(b1.trusts(a2)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void onlyAPersonsOwnDecisionIsPassedOn() {
        a2.decides(a1, Decision.VERIFY);
        a2.decides(a3, Decision.VERIFY);
        a2.sendParked();
        a1.decides(b1, Decision.VERIFY);
        a1.sendParked();

        world.deliver();

        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(saidBy(a2)).isEmpty();
        a2.decides(b1, Decision.VERIFY);
        assertThat(saidBy(a2)).as("nothing has changed by that").isEmpty();
    }

    @Test
    void whoTrustsWithoutVerifyingSaysNothing() {
        a1.decides(b1, Decision.TRUST);

        assertThat(saidBy(a1)).isEmpty();
    }

    @Test
    void aCompromisedKeyIsToldAsDistrusted() {
        a1.decides(b1, Decision.COMPROMISE);

        assertThat(saidBy(a1)).containsExactly("to alice@example.org: distrust B1");
    }

    @Test
    void anUndoThatEndsInAVerifiedKeySaysSoAndAnyOtherNothing() {
        a1.decides(b1, Decision.VERIFY);
        a1.decides(b1, Decision.DISTRUST);
        a1.sendParked();

        a1.undoes(b1);
        assertThat(saidBy(a1)).containsExactly("to alice@example.org: trust B1", "to bob@example.com: trust A2");
        a1.sendParked();
        assertThat(warning(a1.undoes(b1)))
                .contains("Other devices may have been told of that decision, and no trust message can say that it is"
                        + " undone. If your other devices show it, undo it there, too.");
        assertThat(saidBy(a1)).isEmpty();
    }

    @Test
    void anUndoThatEndsInAVerifiedKeyWarnsThatDistrustWinsWhereItWasToldOf() {
        a2.decides(a1, Decision.VERIFY);
        a1.decides(b1, Decision.VERIFY);
        a1.sendParked();
        world.deliver();
        a1.decides(b1, Decision.DISTRUST);
        a1.sendParked();
        world.deliver();

        assertThat(warning(a1.undoes(b1)))
                .contains(
                        "Other devices may have been told of that decision. Those that are verified are told now that the key is"
                                + " verified, but distrust wins there. If your other devices show it as distrusted, undo it"
                                + " there, too.");

        a1.sendParked();
        world.deliver();
        assertThat(a1.trusts(b1)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void itWarnsAlsoOfADistrustAndOfWhatOnlyLaterDevicesHaveHeard() {
        a1.decides(b1, Decision.DISTRUST);
        a1.sendParked();
        assertThat(warning(a1.undoes(b1))).isPresent();

        a2.decides(b1, Decision.VERIFY);
        a2.decides(a1, Decision.VERIFY);
        a2.sendParked();
        assertThat(warning(a2.undoes(b1))).isPresent();
    }

    @Test
    void aDecisionOfWhichAllNewsStillWaitsIsUndoneWithoutAWarning() {
        a1.decides(b1, Decision.DISTRUST);
        assertThat(warning(a1.undoes(b1))).isEmpty();

        a1.decides(b1, Decision.VERIFY);
        a1.decides(b1, Decision.DISTRUST);
        assertThat(warning(a1.undoes(b1))).as("verified again").isEmpty();

        a1.decides(a3, Decision.VERIFY);
        assertThat(warning(a1.undoes(b1))).as("of each time it was to be told").isEmpty();
    }

    @Test
    void itWarnsWhereNewsOfADecisionHasLeftAndLaterNewsOfItWaits() {
        a1.decides(b1, Decision.VERIFY);
        a1.sendParked();
        a1.decides(a3, Decision.VERIFY);

        assertThat(saidBy(a1)).contains("to alice@example.org: trust A2 B1");
        assertThat(warning(a1.undoes(b1))).isPresent();
    }

    @Test
    void itWarnsWhereNewsOfADecisionMayBeOnItsWay() {
        a1.decides(b1, Decision.DISTRUST);
        for (ParkedRecord parked : attempt(a1.engine()::parked)) {
            assertThat(a1.tries(parked)).isInstanceOf(Encryption.Encrypted.class);
        }

        assertThat(warning(a1.undoes(b1))).isPresent();
    }

    @Test
    void whoIsNoLongerVerifiedWhenSomethingIsDecidedIsNotWarnedOf() {
        a1.undoes(a2);

        a1.decides(b1, Decision.VERIFY);
        a1.sendParked();

        assertThat(warning(a1.undoes(b1))).isEmpty();
    }

    @Test
    void whereNobodyCanHaveHeardOfWhatIsUndoneItDoesNotWarn() {
        a1.decides(b1, Decision.TRUST);
        assertThat(warning(a1.undoes(b1))).as("trust is not told").isEmpty();

        b1.decides(a1, Decision.VERIFY);
        b1.decides(a2, Decision.VERIFY);
        assertThat(warning(b1.undoes(a1)))
                .as("a contact's key is told to our other devices, and there are none")
                .isEmpty();

        a2.decides(b1, Decision.DISTRUST);
        a2.decides(a1, Decision.VERIFY);
        assertThat(warning(a2.undoes(b1)))
                .as("who is verified later hears of verified keys only")
                .isEmpty();

        a1.decides(b1, Decision.DISTRUST);
        a1.sendParked();
        world.deliver();
        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.DISTRUSTED);
        assertThat(warning(a2.undoes(b1)))
                .as("what a trust message decides is passed on by nobody")
                .isEmpty();

        a1.decides(b1, Decision.COMPROMISE);
        assertThat(warning(a1.undoes(b1)))
                .as("it is distrusted still, as others were told")
                .isEmpty();
    }

    @Test
    void aSlipThatIsUndoneBeforeItIsToldIsNotTold() {
        a1.decides(b1, Decision.VERIFY);
        b1.decides(a1, Decision.VERIFY);
        a2.decides(a1, Decision.VERIFY);
        a1.sendParked();
        world.deliver();
        for (Decision slip : List.of(Decision.VERIFY, Decision.DISTRUST, Decision.COMPROMISE)) {
            a1.decides(a3, slip);
            a1.undoes(a3);
            a1.restart();

            assertThat(a1.sendParked()).isNotEmpty();
            world.deliver();

            for (TestDevice told : List.of(a2, b1)) {
                assertThat(told.trusts(a3)).as("%s", slip).isEqualTo(TrustLevel.UNDECIDED);
            }
        }
    }

    @Test
    void whatIsStillSoIsTold() {
        a2.decides(a1, Decision.VERIFY);
        a3.decides(a1, Decision.VERIFY);
        a1.decides(b1, Decision.VERIFY);
        a1.decides(a3, Decision.VERIFY);
        assertThat(saidBy(a1)).contains("to alice@example.org: trust A2 B1");

        a1.undoes(b1);
        a1.sendParked();
        world.deliver();

        assertThat(a3.trusts(a2)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(List.of(a2.trusts(b1), a3.trusts(b1))).containsOnly(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void whatADistrustWasUndoneToIsTold() {
        a2.decides(a1, Decision.VERIFY);
        a1.decides(b1, Decision.VERIFY);
        a1.decides(b1, Decision.DISTRUST);
        a1.undoes(b1);

        a1.sendParked();
        world.deliver();

        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void twoDecisionsInOneSecondAreBothBelieved() {
        a2.decides(a1, Decision.VERIFY);
        TestDevice carol = world.device("carol@example.net");
        a2.read(carol.send(a2, "hello"));

        a1.decides(b1, Decision.VERIFY);
        a1.decides(carol, Decision.VERIFY);
        a1.sendParked();
        world.deliver();

        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(a2.trusts(carol)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(attempt(() -> a2.engine().trustJournal(100)))
                .allSatisfy(entry -> assertThat(entry.refusal()).isEmpty());
    }

    @Test
    void aClockThatWasFarAheadSilencesNobodyOnceItIsRight() {
        a2.decides(a1, Decision.VERIFY);
        world.clock().advance(Duration.ofDays(365));
        a1.decides(b1, Decision.VERIFY);
        world.clock().advance(Duration.ofDays(-365));
        a1.sendParked();
        world.deliver();
        assertThat(a2.trusts(b1)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);

        a1.decides(a3, Decision.VERIFY);
        a1.sendParked();
        world.deliver();

        assertThat(a2.trusts(a3)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void aDeviceThatIsVerifiedBeforeItShowsItsKeyIsToldToo() {
        TestDevice b2 = world.device(BOB);
        a1.hears(b1.jid(), DeviceListTest.list(DeviceListTest.listed(b1), DeviceListTest.listed(b2)));
        a1.decides(b2, Decision.VERIFY);

        assertThat(readersOfWhatLeaves(a1)).containsExactly(List.of(a2), List.of(b2));
    }

    @Test
    void aDeviceThatIsVerifiedBeforeItsListHasItIsToldAsSoonAsItShowsItsKey() {
        TestDevice b2 = world.device(BOB);
        TestDevice a4 = world.device(ALICE);
        a1.decides(b2, Decision.VERIFY);
        a1.decides(a4, Decision.VERIFY);
        a1.sendParked();
        world.mail().clear();

        b2.send(a1, "hello");
        a4.send(a1, "hello");
        world.deliver();
        a1.restart();

        assertThat(saidBy(a1))
                .containsExactlyInAnyOrder("to bob@example.com: trust A2", "to alice@example.org: trust A2");
        a1.sendParked();
        world.deliver();
        b2.decides(a1, Decision.VERIFY);
        assertThat(b2.trusts(a2)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(saidBy(a1)).as("once").isEmpty();
    }

    @Test
    void whatATrustMessageHasVerifiedIsNotToldWhenItShowsItself() {
        TestDevice b2 = world.device(BOB);
        a1.decides(b1, Decision.VERIFY);
        a1.decides(b2, Decision.TRUST);
        b1.decides(a1, Decision.VERIFY);
        a1.sendParked();
        world.mail().clear();
        b1.send(
                a1.jid(),
                new TrustMessage(
                                "urn:xmpp:omemo:2", List.of(new KeyOwner(b2.jid(), Set.of(b2.identityKey()), Set.of())))
                        .toXml());
        world.deliver();
        assertThat(a1.trusts(b2)).isEqualTo(TrustLevel.VERIFIED);

        a1.read(b2.send(a1, "hello"));

        assertThat(saidBy(a1)).isEmpty();
    }

    @Test
    void whateverHidesWhoCanReadItItIsKeptForThirtyDaysAndThenAnEntry() {
        TestDevice stranger = world.device("carol@example.net");
        a1.sendParked();
        world.refuse("carol@example.net", FetchProblem.REMOTE_ERROR);
        a1.decides(stranger, Decision.VERIFY);
        ParkedRecord waiting =
                attempt(() -> a1.engine().parked(stranger.jid(), -1)).get(0);

        assertThat(a1.tries(waiting)).isInstanceOf(Encryption.Refused.class);
        world.clock().advance(TrustNews.LASTS.plusMinutes(1));

        assertThat(a1.tries(waiting)).isInstanceOf(Encryption.Withheld.class);
        assertThat(attempt(() -> a1.engine().trustJournal(stranger.jid(), 1)))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.refusal()).contains(TrustRefusal.NOT_TOLD);
                    assertThat(entry.reason()).contains("carol@example.net");
                });
    }

    @Test
    void whatIsGivenUpIsAnEntryAndWaitsNoMore() {
        a1.decides(b1, Decision.VERIFY);
        ParkedRecord waiting = attempt(() -> a1.engine().parked(b1.jid(), -1)).get(0);

        attempt(() -> {
            a1.engine().giveUp(waiting, "The server does not take it.");
            return waiting;
        });

        assertThat(a1.engine().hasParked(b1.jid())).isFalse();
        assertThat(attempt(() -> a1.engine().trustJournal(b1.jid(), 1)))
                .extracting(TrustEntry::reason)
                .containsExactly(
                        "What was decided on this device was not told to bob@example.com. The server does not take it.");
    }

    @Test
    void whereAVerifiedDeviceHasNoBundleItIsKept() {
        TestDevice carol = world.device("carol@example.net");
        a1.read(carol.send(a1, "hello"));
        a1.forgetsSessionsWith(carol);
        world.removeBundle(carol.address());
        a1.decides(carol, Decision.VERIFY);

        assertThat(a1.sendParked()).anyMatch(Encryption.Refused.class::isInstance);
    }

    @Test
    void whateverThePolicyOnlyVerifiedDevicesReadIt() {
        TestDevice careful = world.device(
                ALICE,
                new MemoryStore(),
                World.CONFIG.withPolicy(EncryptionPolicy.PREFERRED).withTrust(TrustPolicy.manual()));
        careful.decides(a1, Decision.VERIFY);
        careful.sendParked();

        careful.decides(b1, Decision.VERIFY);

        assertThat(readersOfWhatLeaves(careful)).containsExactly(List.of(a1), List.of(b1));
    }

    @Test
    void whoGetsPlainTextIsToldNothingUntilThatEnds() {
        setPolicy(EncryptionPolicy.OFF);
        a1.decides(b1, Decision.VERIFY);
        ParkedRecord waiting = attempt(() -> a1.engine().parked(b1.jid(), -1)).get(0);

        assertThat(a1.tries(waiting))
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.POLICY));

        setPolicy(EncryptionPolicy.PREFERRED);
        assertThat(a1.tries(waiting)).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void norIsWhoHasAskedForItUntilAPersonHasDeclined() {
        a1.decides(b1, Decision.VERIFY);
        a1.read(b1.send(a1.jid(), new OptOut(Optional.empty()).toXml()));
        ParkedRecord waiting = attempt(() -> a1.engine().parked(b1.jid(), -1)).get(0);

        assertThat(a1.tries(waiting))
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.OPTED_OUT));

        attempt(() -> {
            a1.engine().declineOptOut(b1.jid());
            return b1;
        });
        assertThat(a1.tries(waiting)).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void whatIsKeptForThemGoesAfterThirtyDaysOrWhenNobodyCouldReadItAnyway() {
        setPolicy(EncryptionPolicy.OFF);
        a1.decides(b1, Decision.VERIFY);
        a1.decides(a3, Decision.VERIFY);
        List<ParkedRecord> waiting = attempt(() -> a1.engine().parked(b1.jid(), -1));
        assertThat(waiting).hasSize(2);

        world.clock().advance(TrustNews.LASTS.plusMinutes(1));
        assertThat(a1.tries(waiting.get(0))).isInstanceOf(Encryption.Withheld.class);
        assertThat(attempt(() -> a1.engine().trustJournal(b1.jid(), 1)))
                .extracting(TrustEntry::refusal)
                .containsExactly(Optional.of(TrustRefusal.NOT_TOLD));
        int entries = attempt(() -> a1.engine().trustJournal(100)).size();
        a1.undoes(b1);

        assertThat(a1.tries(waiting.get(1))).isInstanceOf(Encryption.Withheld.class);
        assertThat(attempt(() -> a1.engine().trustJournal(100))).hasSize(entries + 1);
    }

    @Test
    void ourOwnDevicesAreToldWhateverThePolicy() {
        TestDevice plain = world.device(ALICE, new MemoryStore(), World.CONFIG.withPolicy(EncryptionPolicy.OFF));
        plain.decides(a1, Decision.VERIFY);
        plain.decides(a2, Decision.VERIFY);

        assertThat(readersOfWhatLeaves(plain)).contains(List.of(a1), List.of(a2));
    }

    @Test
    void whereNobodyCanReadItItIsDropped() {
        a1.decides(b1, Decision.VERIFY);
        a1.decides(a2, Decision.DISTRUST);
        a1.decides(b1, Decision.COMPROMISE);

        assertThat(a1.sendParked())
                .as("all of it, as none of them is verified any more")
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result).isInstanceOf(Encryption.Withheld.class));
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void aKeyThatIsSeenForNothingIsToldAllTheSame() {
        TestDevice carol = world.device("carol@example.net");
        a1.verifiesAnotherKeyOf(carol.jid());

        assertThat(a1.sendParked()).anyMatch(Encryption.Withheld.class::isInstance);

        assertThat(a1.events(OmemoEvent.NewIdentityKey.class))
                .extracting(OmemoEvent.NewIdentityKey::device)
                .contains(carol.address());
    }

    @Test
    void aDeviceThatSpeaksLegacyOnlyIsToldNothing() {
        TestDevice both = world.device(ALICE, new MemoryStore(), OmemoConfig.defaults());
        TestDevice old = world.device(
                "carol@example.net", new MemoryStore(), OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION)));
        both.decides(a1, Decision.VERIFY);
        both.encrypt(old.jid(), "hello");
        both.sendParked();

        both.decides(old, Decision.VERIFY);

        assertThat(attempt(() -> both.engine().parked(old.jid(), -1))).isNotEmpty();
        assertThat(both.sendParked()).anyMatch(Encryption.Withheld.class::isInstance);
        assertThat(world.mail()).noneMatch(letter -> letter.to().equals(old.jid()));
    }

    @Test
    void whereOnlyLegacyIsInUseNothingIsSaid() {
        TestDevice old =
                world.device(ALICE, new MemoryStore(), OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION)));
        old.decides(a1, Decision.VERIFY);

        old.decides(b1, Decision.VERIFY);

        assertThat(saidBy(old)).isEmpty();
    }

    @Test
    void whereASlowServerHidesWhoCanReadItIsNotDropped() {
        TestDevice stranger = world.device("carol@example.net");
        a1.sendParked();
        world.refuse("carol@example.net", FetchProblem.NO_ANSWER);

        a1.decides(stranger, Decision.VERIFY);

        assertThat(a1.sendParked())
                .filteredOn(Encryption.Refused.class::isInstance)
                .extracting(result -> ((Encryption.Refused) result).reason())
                .containsExactly(Encryption.Refusal.NO_ANSWER);
    }

    @Test
    void anApplicationsOwnTrustMessageGoesToNobodyElseEither() {
        XmlElement said = new TrustMessage(
                        "urn:xmpp:omemo:2", List.of(new KeyOwner(a2.jid(), Set.of(a2.identityKey()), Set.of())))
                .toXml();
        OutgoingMessage message = OutgoingMessage.toContact(b1.jid(), List.of(said), false);

        assertThat(a1.encrypt(message)).isInstanceOf(Encryption.Withheld.class);
        a1.decides(b1, Decision.VERIFY);
        assertThat(((Encryption.Encrypted) a1.encrypt(message)).devices()).containsExactly(b1.address());
    }

    @Test
    void whereItIsTurnedOffNothingIsSaid() {
        TestDevice quiet = world.device(ALICE, new MemoryStore(), World.CONFIG.withTrustMessages(false));
        quiet.decides(a1, Decision.VERIFY);
        quiet.decides(b1, Decision.VERIFY);

        assertThat(saidBy(quiet)).isEmpty();
        assertThat(warning(quiet.undoes(b1))).isEmpty();
    }

    @Test
    void norIsWhatWaitsSaidAnyMoreWhenItIsTurnedOff() {
        MemoryStore store = new MemoryStore();
        TestDevice a4 = world.device(ALICE, store, World.CONFIG);
        a4.decides(a1, Decision.VERIFY);
        a4.decides(b1, Decision.VERIFY);
        attempt(() -> {
            store.close();
            return store;
        });

        TestDevice quiet = world.device(ALICE, store, World.CONFIG.withTrustMessages(false));

        assertThat(quiet.sendParked()).hasSize(2).allMatch(Encryption.Withheld.class::isInstance);
    }

    @Test
    void manyKeysTakeSeveralMessages() {
        for (int i = 0; i < TrustNews.MAX_KEYS; i++) {
            var key = new TrustKey(
                    World.jid("contact" + i + "@example.net"), new Fingerprint("09" + "%062x".formatted(0)));
            attempt(() -> a1.engine().decide(key, Decision.VERIFY, TrustMeans.URI, ""));
        }
        a1.whileStopped(store -> store.parked().stream()
                .<Changes.Change>map(parked -> new Changes.DeleteParked(parked.number()))
                .toList());
        a1.login();

        a1.decides(a3, Decision.VERIFY);

        assertThat(attempt(() -> a1.engine().parked(a1.jid(), -1)))
                .extracting(parked -> said(parked).size())
                .containsExactly(1, TrustNews.MAX_KEYS, 1);
    }

    private static Optional<String> warning(TrustChange change) {
        return ((TrustChange.Changed) change).warning();
    }

    private List<String> saidBy(TestDevice device) {
        List<String> all = new ArrayList<>();
        for (ParkedRecord parked : attempt(device.engine()::parked)) {
            StringBuilder text = new StringBuilder("to " + parked.to() + ":");
            TrustMessage message = said(parked);
            for (TestDevice other : List.of(a1, a2, a3, b1)) {
                for (KeyOwner owner : message.owners()) {
                    if (owner.jid().equals(other.jid()) && owner.trusted().contains(other.identityKey())) {
                        text.append(text.indexOf("trust") < 0 ? " trust " : " ").append(name(other));
                    }
                    if (owner.jid().equals(other.jid()) && owner.distrusted().contains(other.identityKey())) {
                        text.append(" distrust ").append(name(other));
                    }
                }
            }
            all.add(text.toString());
        }
        return all;
    }

    private static TrustMessage said(ParkedRecord parked) {
        XmlElement stanza = TestDevice.parkedStanza(parked);
        assertThat(stanza.attribute("type")).contains("chat");
        assertThat(stanza.child("store", "urn:xmpp:hints")).isPresent();
        try {
            return TrustMessage.read(
                    stanza.child("trust-message", "urn:xmpp:tm:1").orElseThrow());
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private void setPolicy(EncryptionPolicy policy) {
        attempt(() -> {
            a1.engine().setPolicy(b1.jid(), policy);
            return policy;
        });
    }

    private List<List<TestDevice>> readersOfWhatLeaves(TestDevice device) {
        return device.sendParked().stream()
                .map(result -> ((Encryption.Encrypted) result)
                        .devices().stream()
                                .map(address -> world.devices().stream()
                                        .filter(one -> one.address().equals(address))
                                        .findFirst()
                                        .orElseThrow())
                                .toList())
                .toList();
    }

    private String name(TestDevice device) {
        return device == a1 ? "A1" : device == a2 ? "A2" : device == a3 ? "A3" : "B1";
    }
}
