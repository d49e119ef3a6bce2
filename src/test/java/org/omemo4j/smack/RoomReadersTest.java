/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;

/** Who cannot read in a room, and what becomes of its messages then. */
class RoomReadersTest extends RoomFixture {
    private static final String GHOST = "the room does not tell who its occupant \"ghost\" is";
    private static final String HIDDEN = "the room does not show who all its members are";

    @Test
    void aMessageThatIsHeldLeavesWhenABundleComesLate() throws Exception {
        world.device(BOB);
        DeviceAddress carol = world.device(CAROL).address();
        BlockingQueue<IQ> unanswered = new LinkedBlockingQueue<>();
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            alice.connection.setReplyTimeout(600_000);
            alice.connection.answerNothingTo(request ->
                    isFor(CAROL, request) && request.toXML().toString().contains("bundles") && unanswered.add(request));
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, CAROL)
                    .enter();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            assertThat(next(events, OmemoEvent.RoomMessageHeld.class).members())
                    .containsExactly(new MemberLeftOut(TestClient.jid(CAROL), MemberLeftOut.Why.NO_ANSWER));

            unanswered.forEach(alice.connection::answer);

            assertThat(nextSent().devices()).contains(carol);
        }
    }

    @Test
    void aMessageThatIsHeldLeavesWhenTheMemberPublishesADevice() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.owner, CAROL)
                    .enter();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            alice.connection.sendStanza(TestRoom.groupChat("m2", "SECRET"));
            assertThat((Object) next(events, OmemoEvent.RoomMessageHeld.class).room())
                    .isEqualTo(TestRoom.JID);
            assertThat(alice.omemo.waiting()).hasSize(2);

            DeviceAddress carol = world.device(CAROL).address();
            publishes(alice, carol);

            assertThat(nextSent().devices()).contains(carol);
            assertThat(nextSent().stanzaId()).isEqualTo("m2");
        }
    }

    @Test
    void aMessageThatIsHeldLeavesWhenTheMemberBelongsToTheRoomNoMore() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, CAROL)
                    .enter();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            next(events, OmemoEvent.RoomMessageHeld.class);

            room.says(TestRoom.message(TestRoom.item(CAROL, "none", "none")));

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void aMemberWithoutKeysFailsTheSendIfThatIsAskedFor() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, CAROL)
                    .enterAndWrite("m1");

            assertThat(alice.nextHeard()).isEqualTo("failed m1 MEMBER_WITHOUT_KEYS");
            assertNoSecret(alice);
        }
    }

    @Test
    void whoCannotReadIsToldBeforeAndAfter() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.admin, CAROL)
                    .enter();
            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);
            MemberLeftOut carol = new MemberLeftOut(TestClient.jid(CAROL), MemberLeftOut.Why.NO_DEVICES);

            RoomReaders before = alice.omemo.room(TestRoom.JID);
            assertThat(before.state()).isEqualTo(RoomReaders.State.OPEN);
            assertThat(before.leftOut()).containsExactly(carol);
            assertThat(before.readers())
                    .containsExactlyInAnyOrder(TestClient.jid(BOB), TestClient.jid(TestClient.ALICE));

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(TestClient.names(alice.sent()))
                    .as("nothing is fetched any more")
                    .contains("encrypted");
            assertThat(nextSent().members()).containsExactly(carol);
        }
    }

    @Test
    void aRoomThatHidesItsListsIsToldOnceAndThePresentRead() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).hidingItsLists().with(MUCAffiliation.member, CAROL);
            room.ask();
            room.says(TestRoom.presence("bob", BOB + "/x", "none"));
            room.letIn();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            SentMessage message = nextSent();
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.unnamed()).containsExactly(HIDDEN);
            assertThat(events)
                    .filteredOn(OmemoEvent.RoomMembersUnknown.class::isInstance)
                    .hasSize(1);
        }
    }

    @Test
    void aMessageThatIsHeldLeavesWhenTheRoomMakesUsSomebodyToWhomItShowsItsLists() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = ofBobAndCarol(alice).hidingItsLists().enterAndWrite("m1");
            assertThat(next(events, OmemoEvent.RoomMessageHeld.class).unnamed()).containsExactly(HIDDEN);

            room.showingItsLists().says(TestRoom.presence("alice", TestClient.ALICE + "/here", "admin", "110"));

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void membersWhomARoomHidesFailTheSendIfThatIsAskedFor() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            TestRoom room = new TestRoom(alice, world).hidingItsLists();
            room.ask();
            room.says(TestRoom.presence("bob", BOB + "/x", "none"));
            room.letInAndWrite("m1");

            assertThat(alice.nextHeard()).isEqualTo("failed m1 MEMBER_WITHOUT_KEYS");
            assertThatThrownBy(() -> alice.connection.sendStanza(TestRoom.groupChat("m2", "SECRET")))
                    .hasMessageContaining(HIDDEN);
            assertNoSecret(alice);
        }
    }

    @Test
    void membersWhoAreNotToldFailTheSendIfThatIsAskedFor() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            silentAboutItsMembers(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 MEMBER_WITHOUT_KEYS");
            assertThatThrownBy(() -> alice.connection.sendStanza(TestRoom.groupChat("m2", "SECRET")))
                    .hasMessageContaining(UNKNOWN);
            assertNoSecret(alice);
        }
    }

    @Test
    void membersWhoAreNotToldHoldTheMessageUntilTheyAre() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            silentAboutItsMembers(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(next(events, OmemoEvent.RoomMessageHeld.class).unnamed()).containsExactly(UNKNOWN);
            assertThat(sent).isEmpty();
            alice.connection.answerNothingTo(request -> false);
            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void membersWhoAreNotToldAreSkippedAfterTheSecondTryAndThatIsTold() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            silentAboutItsMembers(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat((Object)
                            next(events, OmemoEvent.RoomMembersUnknown.class).room())
                    .isEqualTo(TestRoom.JID);
            assertThat(nextSent().devices()).containsExactly(bob);
            assertThat(alice.omemo.room(TestRoom.JID).unnamed()).containsExactly(UNKNOWN);
            assertThat(alice.connection.sent())
                    .filteredOn(MUCAdmin.class::isInstance)
                    .hasSize(3 * LISTS);
        }
    }

    /** Bob is there, and Carol is one of its members; it does not answer that. */
    private void silentAboutItsMembers(TestClient alice) throws Exception {
        alice.connection.setReplyTimeout(SOON);
        alice.connection.answerNothingTo(MUCAdmin.class::isInstance);
        new TestRoom(alice, world)
                .with(MUCAffiliation.member, CAROL)
                .enter()
                .says(TestRoom.presence("bob", BOB + "/x", "none"));
    }

    @Test
    void anOccupantWhomTheRoomDoesNotTellFailsTheSendIfThatIsAskedFor() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            askWithGhost(alice).letInAndWrite("m1");

            assertThat(alice.nextHeard()).isEqualTo("failed m1 MEMBER_WITHOUT_KEYS");
            assertThatThrownBy(() -> alice.connection.sendStanza(TestRoom.groupChat("m2", "SECRET")))
                    .hasMessageContaining(GHOST);
            assertNoSecret(alice);
        }
    }

    @Test
    void anOccupantWhomTheRoomDoesNotTellHoldsTheMessageWhileThere() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = withGhost(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            OmemoEvent.RoomMessageHeld held = next(events, OmemoEvent.RoomMessageHeld.class);
            assertThat(held.unnamed()).containsExactly(GHOST);
            assertThat(held.sentence()).contains(GHOST);
            room.says(TestRoom.absence("ghost", "", "none"));
            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void anOccupantWhomTheRoomDoesNotTellIsAmongWhoCannotRead() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            withGhost(alice);
            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);

            assertThat(alice.omemo.room(TestRoom.JID).unnamed()).containsExactly(GHOST);
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            assertThat(nextSent().devices()).containsExactly(bob);
        }
    }

    private TestRoom withGhost(TestClient alice) throws Exception {
        TestRoom room = askWithGhost(alice);
        room.letIn();
        return room;
    }

    private TestRoom askWithGhost(TestClient alice) throws Exception {
        TestRoom room = new TestRoom(alice, world).with(MUCAffiliation.member, BOB);
        room.ask();
        room.says(TestRoom.presence("ghost", "", "none"));
        return room;
    }
}
