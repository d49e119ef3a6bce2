/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.Encryption.Refused;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustKey;

/** Messages for everybody who belongs to a room. */
class RoomTest {
    private static final BareJid ROOM = World.jid("room@conference.example.org");
    private static final BareJid ALICE = World.jid("alice@example.org");
    private static final BareJid BOB = World.jid("bob@example.com");
    private static final BareJid CAROL = World.jid("carol@example.net");
    private static final BareJid DAVE = World.jid("dave@example.net");

    private final World world = new World();
    private TestDevice alice;

    @BeforeEach
    void aliceIsThere() {
        alice = alice(MembersWithoutKeys.SKIP);
    }

    private TestDevice alice(MembersWithoutKeys rule) {
        TestDevice device =
                world.device(ALICE.toString(), new MemoryStore(), World.CONFIG.withMembersWithoutKeys(rule));
        attempt(() -> {
            device.engine().setPolicy(ROOM, EncryptionPolicy.REQUIRED);
            return ROOM;
        });
        return device;
    }

    @Test
    void everyDeviceOfEveryMemberAndOurOtherDevicesRead() {
        TestDevice phone = world.device(ALICE.toString());
        TestDevice bob = world.device(BOB.toString());
        TestDevice tablet = world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        TestDevice dave = world.device("dave@example.org");

        Encrypted sent = encrypted(send(ALICE, BOB, CAROL));

        assertThat(sent.devices())
                .containsExactlyInAnyOrder(phone.address(), bob.address(), tablet.address(), carol.address())
                .doesNotContain(dave.address());
        assertThat(sent.members()).isEmpty();
    }

    @Test
    void whatIsInsideIsAddressedToTheRoom() {
        TestDevice bob = world.device(BOB.toString());

        Encrypted sent = encrypted(send(BOB));

        assertThat(bob.decrypt(new Letter(ALICE, ROOM, sent.elements().get(0)), Delivery.LIVE))
                .isInstanceOf(Decryption.Decrypted.class);
        Encrypted again = encrypted(send(BOB));
        assertThat(bob.decrypt(new Letter(ALICE, BOB, again.elements().get(0)), Delivery.LIVE))
                .isInstanceOf(Decryption.Undecryptable.class);
    }

    @Test
    void aMemberWithoutDevicesIsLeftOutAndNamed() {
        world.device(BOB.toString());

        Encrypted sent = encrypted(send(BOB, CAROL));

        assertThat(sent.members()).containsExactly(new MemberLeftOut(CAROL, MemberLeftOut.Why.NO_DEVICES));
    }

    @Test
    void aMemberWithoutAUsableBundleIsLeftOutAndNamed() {
        world.device(BOB.toString());
        world.removeBundle(world.device(CAROL.toString()).address());

        Encrypted sent = encrypted(send(BOB, CAROL));

        assertThat(sent.members()).containsExactly(new MemberLeftOut(CAROL, MemberLeftOut.Why.NO_USABLE_DEVICE));
    }

    @Test
    void aMemberWhoCannotBeAskedIsLeftOutAndAskedAgainWhileMessagesLeave() {
        world.device(BOB.toString());
        world.device(CAROL.toString());
        world.refuse(CAROL.toString(), FetchProblem.NO_ANSWER);
        assertThat(encrypted(send(BOB, CAROL)).members())
                .containsExactly(new MemberLeftOut(CAROL, MemberLeftOut.Why.DEVICE_LIST_UNKNOWN));

        world.clock().advance(Duration.ofMinutes(1));
        Encrypted second = encrypted(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))));

        assertThat(second.members()).hasSize(1);
        assertThat(second.reaction().actions())
                .anyMatch(action -> action instanceof Action.FetchDeviceList fetch
                        && fetch.jid().equals(CAROL));
        world.allow(CAROL.toString());
        alice.perform(second.reaction());
        assertThat(encrypted(send(BOB, CAROL)).members()).isEmpty();
    }

    @Test
    void aBundleThatCouldNotBeHadIsAskedForAgainWhileMessagesLeave() {
        world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        XmlElement bundle = bundleOf(carol);
        world.removeBundle(carol.address());
        encrypted(send(BOB, CAROL));

        world.clock().advance(Duration.ofMinutes(2));
        Encrypted second = encrypted(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))));
        world.putBundle(carol.address(), bundle);
        alice.perform(second.reaction());

        assertThat(encrypted(send(BOB, CAROL)).members()).isEmpty();
    }

    @Test
    void newDevicesOfAMemberWhoseServerDoesNotAnswerAreAskedForWhileMessagesLeave() {
        world.device(BOB.toString());
        List<TestDevice> carols = silentWithTwoDevices(CAROL);

        Encrypted sent = encrypted(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))));

        assertThat(sent.leftOut())
                .extracting(LeftOut::device, LeftOut::why)
                .contains(tuple(carols.get(1).address(), LeftOut.Why.NO_ANSWER));
        assertThat(sent.members()).containsExactly(new MemberLeftOut(CAROL, MemberLeftOut.Why.NO_ANSWER));
        assertThat(attempt(() -> alice.engine().withoutKeys(Set.of(BOB, CAROL))))
                .as("before the next one")
                .isEqualTo(sent.members());
        assertThat(sent.reaction().actions()).contains(fetch(carols.get(1)));
        assertThat(attempt(() -> alice.engine()
                        .encrypt(OutgoingMessage.toContact(CAROL, List.of(TestDevice.body("Hello")), false))))
                .as("in a chat")
                .isInstanceOfSatisfying(
                        Encryption.Missing.class,
                        missing -> assertThat(missing.actions()).contains(fetch(carols.get(1))));
    }

    /** Else it could have it come late each time. */
    @Test
    void aBundleThatComesOfThatMemberLateDoesNotEndThat() {
        world.device(BOB.toString());
        List<TestDevice> carols = silentWithTwoDevices(CAROL);
        Encrypted sent = encrypted(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))));
        world.allow(CAROL.toString());
        alice.perform(sent.reaction());
        TestDevice third = world.device(CAROL.toString());
        lists(CAROL, carols.get(0), carols.get(1), third);

        Encrypted next = encrypted(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))));
        assertThat(next.devices()).contains(carols.get(1).address()).doesNotContain(third.address());
        alice.perform(next.reaction());
        assertThat(encrypted(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))))
                        .devices())
                .contains(carols.get(1).address(), third.address());
    }

    @Test
    void tenMinutesEndThat() {
        world.device(BOB.toString());
        TestDevice second = silentWithTwoDevices(CAROL).get(1);
        world.clock().advance(Duration.ofMinutes(11));

        assertThat(attempt(() -> alice.engine().encrypt(message(BOB, CAROL))))
                .isInstanceOfSatisfying(
                        Encryption.Missing.class,
                        missing -> assertThat(missing.actions()).contains(fetch(second)));
    }

    @Test
    void newDevicesOfAMemberAreWaitedForWhereAnotherOnlyHasNoBundle() {
        world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        world.removeBundle(carol.address());
        encrypted(send(BOB, CAROL));
        TestDevice second = world.device(CAROL.toString());
        lists(CAROL, carol, second);

        assertThat(encrypted(send(BOB, CAROL)).devices()).contains(second.address());
    }

    @Test
    void ourOwnNewDevicesAreWaitedForHoweverSilentOurServerWas() {
        world.device(BOB.toString());
        TestDevice second = silentWithTwoDevices(ALICE).get(1);

        assertThat(attempt(() -> alice.engine().encrypt(message(ALICE, BOB))))
                .isInstanceOfSatisfying(
                        Encryption.Missing.class,
                        missing -> assertThat(missing.actions()).contains(fetch(second)));
    }

    @Test
    void ourOwnListIsWaitedForThoughItCouldNotBeHadLately() {
        world.refuse(ALICE.toString(), FetchProblem.NO_ANSWER);
        alice.login();
        world.clock().advance(Duration.ofMinutes(2));

        assertThat(attempt(() -> alice.engine().encrypt(message(ALICE, BOB))))
                .isInstanceOfSatisfying(
                        Encryption.Missing.class,
                        missing -> assertThat(missing.actions())
                                .contains(new Action.FetchDeviceList(ALICE, Omemo2.VERSION)));
    }

    @Test
    void ourOwnBundlesAreWaitedForThoughTheyCouldNotBeHadLately() {
        world.device(BOB.toString());
        TestDevice first = silentWithTwoDevices(ALICE).get(0);
        world.clock().advance(Duration.ofMinutes(2));

        assertThat(attempt(() -> alice.engine().encrypt(message(ALICE, BOB))))
                .isInstanceOfSatisfying(
                        Encryption.Missing.class,
                        missing -> assertThat(missing.actions()).contains(fetch(first)));
    }

    @Test
    void whoseBundleIsThereReadsThoughAnotherOneIsNotAnswered() {
        TestDevice carol = world.device(CAROL.toString());
        TestDevice second = world.device(CAROL.toString());
        Set<BareJid> members = Set.of(ALICE, CAROL);
        lists(CAROL, carol);
        alice.perform(new Reaction(attempt(() -> alice.engine().missing(members)), List.of()));
        world.refuse(CAROL.toString(), FetchProblem.NO_ANSWER);
        lists(CAROL, carol, second);
        alice.perform(new Reaction(attempt(() -> alice.engine().missing(members)), List.of()));

        assertThat(attempt(() -> alice.engine().withoutKeys(members))).isEmpty();
        assertThat(encrypted(send(CAROL)).devices()).containsExactly(carol.address());
    }

    /** A message was sent when the first one was listed, and then the second one was. */
    private List<TestDevice> silentWithTwoDevices(BareJid account) {
        TestDevice first = world.device(account.toString());
        TestDevice second = world.device(account.toString());
        world.refuse(account.toString(), FetchProblem.NO_ANSWER);
        lists(account, first);
        assertThat(encrypted(send(BOB, account)).leftOut())
                .containsExactly(new LeftOut(first.address(), LeftOut.Why.NO_ANSWER));
        lists(account, first, second);
        return List.of(first, second);
    }

    private void lists(BareJid account, TestDevice... devices) {
        Stream<TestDevice> listed =
                account.equals(ALICE) ? Stream.concat(Stream.of(alice), Stream.of(devices)) : Stream.of(devices);
        alice.hears(
                account,
                world.putDeviceList(
                        account,
                        listed.map(device -> Device.of(device.address().device()))
                                .toArray(Device[]::new)));
    }

    private static Action.FetchBundle fetch(TestDevice device) {
        return new Action.FetchBundle(device.address(), Omemo2.VERSION);
    }

    @Test
    void whatAMessageDoesNotWaitForTheNextOneWaitsFor() {
        world.device(BOB.toString());
        world.device(CAROL.toString());
        encrypted(send(BOB));
        OutgoingMessage message = message(BOB, CAROL);
        for (MemberLeftOut.Why why : List.of(MemberLeftOut.Why.DEVICE_LIST_UNKNOWN, MemberLeftOut.Why.NO_ANSWER)) {
            List<Action> fetches = missing(message);

            Encrypted sent = encrypted(attempt(() -> alice.engine().encrypt(message.notAwaiting(Set.copyOf(fetches)))));

            assertThat(sent.members()).containsExactly(new MemberLeftOut(CAROL, why));
            assertThat(sent.leftOut()).allMatch(left -> left.why() == LeftOut.Why.NO_ANSWER);
            assertThat(missing(message)).isEqualTo(fetches);
            alice.perform(new Reaction(fetches, List.of()));
        }
        assertThat(encrypted(attempt(() -> alice.engine().encrypt(message))).members())
                .isEmpty();
    }

    private List<Action> missing(OutgoingMessage message) {
        Encryption result = attempt(() -> alice.engine().encrypt(message));
        assertThat(result).isInstanceOf(Encryption.Missing.class);
        return ((Encryption.Missing) result).actions();
    }

    /** It may be back, and a message to a room is not sent again for one member. */
    @Test
    void whoCouldNotBeAskedLongAgoIsWaitedForOnceMore() {
        world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        XmlElement bundle = bundleOf(carol);
        world.refuse(CAROL.toString(), FetchProblem.REMOTE_ERROR);
        encrypted(send(BOB, CAROL));
        world.clock().advance(Duration.ofMinutes(11));
        world.allow(CAROL.toString());
        world.removeBundle(carol.address());
        assertThat(encrypted(send(BOB, CAROL)).members())
                .as("the list is there")
                .hasSize(1);

        world.clock().advance(Duration.ofMinutes(11));
        world.putBundle(carol.address(), bundle);

        assertThat(encrypted(send(BOB, CAROL)).members()).isEmpty();
    }

    @Test
    void aMemberWithoutKeysFailsTheSendIfThatIsAskedFor() {
        alice = alice(MembersWithoutKeys.FAIL);
        world.device(BOB.toString());

        assertThat(send(BOB, CAROL)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Encryption.Refusal.MEMBER_WITHOUT_KEYS);
            assertThat(refused.sentence()).contains(CAROL.toString()).doesNotContain(BOB.toString());
        });
    }

    @Test
    void aMemberWithoutKeysHoldsTheMessageIfThatIsAskedFor() {
        alice = alice(MembersWithoutKeys.HOLD);
        world.device(BOB.toString());

        assertThat(send(BOB, CAROL))
                .isInstanceOfSatisfying(
                        Encryption.Held.class,
                        held -> assertThat(held.members())
                                .containsExactly(new MemberLeftOut(CAROL, MemberLeftOut.Why.NO_DEVICES)));

        TestDevice carol = world.device(CAROL.toString());
        alice.hears(
                CAROL, world.item(CAROL, "urn:xmpp:omemo:2:devices", "current").orElseThrow());
        assertThat(encrypted(send(BOB, CAROL)).devices()).contains(carol.address());
    }

    @Test
    void whoIsNotKnownCountsAsAMemberWithoutKeys() {
        world.device(BOB.toString());
        OutgoingMessage message = OutgoingMessage.toRoom(
                ROOM, Set.of(ALICE, BOB), List.of("somebody is there"), List.of(TestDevice.body("Hello all")), false);

        assertThat(encrypted(alice.encrypt(message)).devices()).hasSize(1);
        assertThat(alice(MembersWithoutKeys.HOLD).encrypt(message))
                .isInstanceOfSatisfying(
                        Encryption.Held.class,
                        held -> assertThat(held.unnamed()).containsExactly("somebody is there"));
        assertThat(alice(MembersWithoutKeys.FAIL).encrypt(message)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Encryption.Refusal.MEMBER_WITHOUT_KEYS);
            assertThat(refused.sentence()).contains("somebody is there");
        });
    }

    @Test
    void g9_ourOtherDeviceIsNobodyElseInARoomOfUnknownPeople() {
        world.device(ALICE.toString());
        OutgoingMessage message = OutgoingMessage.toRoom(
                ROOM, Set.of(ALICE), List.of("somebody is there"), List.of(TestDevice.body("Hello all")), false);

        assertThat(alice.encrypt(message))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_USABLE_DEVICE));
    }

    @Test
    void g9_aMessageThatNobodyElseCouldReadIsRefused() {
        assertThat(send(BOB, CAROL))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_USABLE_DEVICE));
        assertThat(send(ALICE))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_USABLE_DEVICE));
    }

    @Test
    void aNewMemberReadsWhatIsWrittenFromThenOn() {
        TestDevice bob = world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        assertThat(encrypted(send(BOB)).devices()).containsExactly(bob.address());

        assertThat(encrypted(send(BOB, CAROL)).devices()).contains(carol.address());
        assertThat(encrypted(send(CAROL)).devices()).containsExactly(carol.address());
    }

    @Test
    void whoCannotReadIsToldBeforeAnythingIsSent() {
        world.device(BOB.toString());
        world.removeBundle(world.device(CAROL.toString()).address());
        BareJid dave = World.jid("dave@example.org");
        Set<BareJid> members = Set.of(ALICE, BOB, CAROL, dave);
        assertThat(attempt(() -> alice.engine().withoutKeys(members)))
                .as("before anybody was asked")
                .extracting(MemberLeftOut::why)
                .containsOnly(MemberLeftOut.Why.DEVICE_LIST_UNKNOWN);

        alice.perform(new Reaction(attempt(() -> alice.engine().missing(members)), List.of())); // lists
        alice.perform(new Reaction(attempt(() -> alice.engine().missing(members)), List.of())); // bundles

        assertThat(attempt(() -> alice.engine().withoutKeys(members)))
                .containsExactly(
                        new MemberLeftOut(CAROL, MemberLeftOut.Why.NO_USABLE_DEVICE),
                        new MemberLeftOut(dave, MemberLeftOut.Why.NO_DEVICES));
        assertThat(attempt(() -> alice.engine().missing(members))).isEmpty();
        assertThat(attempt(() ->
                        alice.store().sessions(world.device(BOB.toString()).address(), "urn:xmpp:omemo:2")))
                .isEmpty();
    }

    @Test
    void aMemberWhoseKeyIsNotTrustedIsNoReaderBeforeAnythingIsSentEither() {
        TestDevice bob = world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        encrypted(send(BOB, CAROL));
        assertThat(attempt(() -> alice.engine().withoutKeys(Set.of(ALICE, BOB, CAROL))))
                .isEmpty();

        alice.decides(bob, Decision.DISTRUST);
        alice.verifiesAnotherKeyOf(carol.jid());

        assertThat(attempt(() -> alice.engine().withoutKeys(Set.of(ALICE, BOB, CAROL))))
                .containsExactlyInAnyOrder(
                        new MemberLeftOut(BOB, MemberLeftOut.Why.NO_USABLE_DEVICE),
                        new MemberLeftOut(CAROL, MemberLeftOut.Why.UNDECIDED));
    }

    @Test
    void aMessageWaitsForADecisionAboutTheDevicesOfAllMembers() {
        TestDevice bob = world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        TestDevice tablet = world.device(ALICE.toString());
        List.of(ALICE, BOB, CAROL).forEach(alice::verifiesAnotherKeyOf);

        Encryption.Undecided undecided = (Encryption.Undecided) send(ALICE, BOB, CAROL);

        assertThat((Object) undecided.request().conversation()).isEqualTo(ROOM);
        assertThat(undecided.request().keys()).containsExactlyInAnyOrder(bob.key(), carol.key(), tablet.key());
        assertThat(attempt(() -> alice.engine().withoutKeys(Set.of(BOB))))
                .containsExactly(new MemberLeftOut(BOB, MemberLeftOut.Why.UNDECIDED));
        List.of(bob, carol, tablet).forEach(device -> alice.decides(device, Decision.VERIFY));
        assertThat(encrypted(send(ALICE, BOB, CAROL)).devices())
                .containsExactlyInAnyOrder(bob.address(), carol.address(), tablet.address());
    }

    @ParameterizedTest
    @EnumSource
    void aMemberWhoseDevicesAreAllUndecidedIsLeftOutWhereAPersonHasTheMessageLeaveWithoutThem(MembersWithoutKeys rule) {
        alice = alice(rule);
        TestDevice bob = world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        alice.verifiesAnotherKeyOf(CAROL);
        Set<TrustKey> carols =
                ((Encryption.Undecided) send(BOB, CAROL)).request().keys();

        Encrypted sent = encrypted(alice.encrypt(message(BOB, CAROL).without(carols)));

        assertThat(sent.devices()).contains(bob.address()).doesNotContain(carol.address());
        assertThat(sent.members()).containsExactly(new MemberLeftOut(CAROL, MemberLeftOut.Why.UNDECIDED));
        assertThat(sent.leftOut()).contains(new LeftOut(carol.address(), LeftOut.Why.UNDECIDED));
    }

    @Test
    void whoElseIsWithoutKeysThenHoldsTheMessageOrFailsIt() {
        world.device(BOB.toString());
        TestDevice carol = world.device(CAROL.toString());
        OutgoingMessage message = message(BOB, CAROL, DAVE).without(Set.of(carol.key()));

        TestDevice holding = alice(MembersWithoutKeys.HOLD);
        holding.verifiesAnotherKeyOf(CAROL);
        assertThat(holding.encrypt(message))
                .isInstanceOfSatisfying(
                        Encryption.Held.class,
                        held -> assertThat(held.members())
                                .containsExactly(new MemberLeftOut(DAVE, MemberLeftOut.Why.NO_DEVICES)));
        TestDevice failing = alice(MembersWithoutKeys.FAIL);
        failing.verifiesAnotherKeyOf(CAROL);
        assertThat(failing.encrypt(message)).isInstanceOfSatisfying(Encryption.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Encryption.Refusal.MEMBER_WITHOUT_KEYS);
            assertThat(refused.sentence()).contains(DAVE).doesNotContain(CAROL);
        });
    }

    @ParameterizedTest
    @EnumSource
    void itDoesNotLeaveWhereNobodyElseIsLeft(MembersWithoutKeys rule) {
        alice = alice(rule);
        TestDevice carol = world.device(CAROL.toString());
        alice.verifiesAnotherKeyOf(CAROL);

        assertThat(alice.encrypt(message(CAROL).without(Set.of(carol.key()))))
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_USABLE_DEVICE));
    }

    @Test
    void noDecisionIsAskedForWhereAMemberWithoutDevicesKeepsTheMessageAnyway() {
        alice = alice(MembersWithoutKeys.HOLD);
        world.device(BOB.toString());
        alice.verifiesAnotherKeyOf(BOB);

        assertThat(send(BOB, CAROL)).isInstanceOf(Encryption.Held.class);
    }

    @Test
    void aChatStateToARoomIsWithheldUntilThereAreSessions() {
        world.device(BOB.toString());
        XmlElement active = XmlElement.builder("active", "http://jabber.org/protocol/chatstates")
                .build();
        OutgoingMessage state = OutgoingMessage.toRoom(ROOM, Set.of(BOB), List.of(active), true);
        assertThat(alice.encrypt(state)).isInstanceOf(Encryption.Withheld.class);

        encrypted(send(BOB));

        assertThat(alice.encrypt(state)).isInstanceOf(Encrypted.class);
    }

    @Test
    void aPrivateMessageGoesByThePolicyOfTheRoomAndElseOfThePerson() throws Exception {
        BareJid other = World.jid("other@conference.example.org");
        alice.engine().setPolicy(BOB, EncryptionPolicy.OFF);

        assertThat(alice.engine().leavesAlone(other, Optional.of(BOB))).isTrue();
        assertThat(alice.engine().leavesAlone(other, Optional.of(CAROL))).isFalse();
        assertThat(alice.engine().leavesAlone(other, Optional.empty())).isFalse();
        assertThat(alice.engine().leavesAlone(ROOM, Optional.of(BOB))).isFalse();
        alice.engine().setPolicy(ROOM, EncryptionPolicy.OFF);
        assertThat(alice.engine().leavesAlone(ROOM, Optional.of(CAROL))).isTrue();
    }

    private Encryption send(BareJid... members) {
        return alice.encrypt(message(members));
    }

    private static OutgoingMessage message(BareJid... members) {
        return OutgoingMessage.toRoom(ROOM, Set.of(members), List.of(TestDevice.body("Hello all")), false);
    }

    private XmlElement bundleOf(TestDevice device) {
        var nodes = Omemo2.VERSION.nodes();
        var id = device.address().device();
        return world.item(device.jid(), nodes.bundle(id), nodes.bundleItem(id)).orElseThrow();
    }

    private static Encrypted encrypted(Encryption encryption) {
        assertThat(encryption).isInstanceOf(Encrypted.class);
        return (Encrypted) encryption;
    }
}
