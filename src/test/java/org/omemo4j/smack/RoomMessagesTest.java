/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.chatstates.ChatState;
import org.jivesoftware.smackx.chatstates.packet.ChatStateExtension;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.GroupChatInvitation;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;

/** What leaves when an application writes to a room, or through one. */
class RoomMessagesTest extends RoomFixture {
    @Test
    void aMessageLeavesEncryptedForTheMembersThereOrNot() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).with(MUCAffiliation.member, CAROL);
            room.ask();
            room.says(TestRoom.presence("bob", BOB + "/x", "none"));
            room.letInAndWrite("m1");

            Message message = alice.sentBesideThePlaceholder();
            assertThat(message.getTo().toString()).isEqualTo(TestRoom.JID.toString());
            assertThat(message.getType()).isEqualTo(Message.Type.groupchat);
            assertThat(TestClient.names(message)).contains("encrypted").doesNotContain("body");
            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);

            alice.connection.sendStanza(TestRoom.groupChat("m2", "SECRET"));
            assertThat(alice.sent().getStanzaId()).as("at once").isEqualTo("m2");
            assertThat(nextSent().members()).isEmpty();
        }
    }

    @Test
    void otherRoomsPassUntouched() throws Exception {
        try (TestClient alice = started()) {
            new TestRoom(alice, world).enter();
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.OFF);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "in clear"));

            assertThat(alice.sent().getBody()).isEqualTo("in clear");
        }
    }

    @Test
    void otherRoomsAreNotAskedAnything() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            TestRoom room = new TestRoom(alice, world).anonymous().hidingItsLists();
            room.enter();
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS); // the worker has looked at the room

            assertThat(alice.connection.sent())
                    .filteredOn(IQ.class::isInstance)
                    .noneMatch(request -> TestRoom.JID.equals(request.getTo()));
        }
    }

    @Test
    void aRoomWhosePolicyIsSetLaterIsAskedThen() throws Exception {
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.addOmemoListener(listener());
            new TestRoom(alice, world).with(MUCAffiliation.member, BOB).enter();
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().devices()).hasSize(1);
        }
    }

    @Test
    void aPolicyThatIsSetBeforeTheFirstLoginIsOneOfThatLogin() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        world.device(CAROL);
        try (TestClient alice = TestClient.unconnected()) {
            alice.omemo.start(new MemoryStore(), OmemoConfig.defaults());
            alice.omemo.addOmemoListener(listener());
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
            TestRoom room = ofBobAndCarol(alice);
            alice.connection.connect();
            alice.connection.login();

            room.enterAndWrite("m1");

            assertThat(nextSent().devices()).contains(bob);
        }
    }

    @Test
    void aRoomThatHasNotAnsweredYetIsWaitedForAndTheOrderIsKept() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            CountDownLatch allWait = new CountDownLatch(1);
            TestPep pep = new TestPep(world, TestClient.jid(TestClient.ALICE));
            TestRoom room = new TestRoom(alice, request -> {
                awaitQuietly(allWait);
                return pep.answer(request);
            });
            room.with(MUCAffiliation.member, BOB).enter();

            for (int i = 1; i <= 5; i++) {
                alice.connection.sendStanza(TestRoom.groupChat("m" + i, "SECRET"));
            }
            allWait.countDown();

            for (int i = 1; i <= 5; i++) {
                assertThat(nextSent().stanzaId()).isEqualTo("m" + i);
            }
            assertNoSecret(alice);
        }
    }

    @Test
    void aChatStateDoesNotTellARoomThatHasNotAnsweredWhoWeAre() throws Exception {
        TestDevice phone = world.device(TestClient.ALICE);
        world.device(BOB);
        try (TestClient alice = started()) {
            alice.connection.sendStanza(StanzaBuilder.buildMessage("b")
                    .to(BOB)
                    .ofType(Message.Type.chat)
                    .setBody("SECRET")
                    .build());
            assertThat(nextSent().devices()).contains(phone.address()); // there is a session with it now
            alice.connection.answerNothingTo(DiscoverInfo.class::isInstance);
            new TestRoom(alice, world).anonymous().enter();
            assertThat(alice.omemo.room(TestRoom.JID).state()).isEqualTo(RoomReaders.State.ASKED);
            alice.connection.sent().clear();

            alice.connection.sendStanza(StanzaBuilder.buildMessage("c")
                    .to(TestRoom.JID)
                    .ofType(Message.Type.groupchat)
                    .addExtension(new ChatStateExtension(ChatState.composing))
                    .build());

            assertThat(TestClient.names(alice.sent())).contains("placeholder").doesNotContain("encrypted");
        }
    }

    @Test
    void anAnonymousRoomIsRefused() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            new TestRoom(alice, world)
                    .anonymous()
                    .with(MUCAffiliation.member, BOB)
                    .enter();
            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);

            assertRefused(alice, TestRoom.groupChat("m1", "SECRET"), Reason.ROOM_ANONYMOUS);
            assertThat(alice.omemo.room(TestRoom.JID).state()).isEqualTo(RoomReaders.State.ANONYMOUS);
            assertThat(alice.omemo.room(TestRoom.JID).members()).isEmpty();
        }
    }

    @Test
    void whatWaitsFailsWhenTheRoomBecomesAnonymous() throws Exception {
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room =
                    new TestRoom(alice, world).with(MUCAffiliation.member, BOB).enter();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            assertThat(next(events, OmemoEvent.RoomMessageHeld.class).members())
                    .containsExactly(new MemberLeftOut(TestClient.jid(BOB), MemberLeftOut.Why.NO_DEVICES));

            room.anonymous().says(TestRoom.message("", "173"));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 ROOM_ANONYMOUS");
            assertRefused(alice, TestRoom.groupChat("m2", "SECRET"), Reason.ROOM_ANONYMOUS);
            assertNoSecret(alice);
        }
    }

    @Test
    void aMessageThatWaitsCanBeGivenUp() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            hold(alice);
            WaitingMessage waiting = alice.omemo.waiting().get(0);

            assertThat(alice.omemo.cancel(waiting).get(30, TimeUnit.SECONDS)).isTrue();

            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(alice.omemo.cancel(waiting).get(30, TimeUnit.SECONDS))
                    .as("again")
                    .isFalse();
            assertThat(alice.heard).as("who gives it up knows").isEmpty();
            assertNoSecret(alice);
        }
    }

    @Test
    void oneThatIsInTheStreamIsGivenUpOnlyOnceThatStreamIsLost() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);
            WaitingMessage waiting = alice.omemo.waiting().get(0);
            assertThat(alice.omemo.cancel(waiting).get(30, TimeUnit.SECONDS)).isFalse();
            assertThat(alice.omemo.waiting()).containsExactly(waiting);

            reconnect(alice);
            assertThat(alice.omemo.cancel(waiting).get(30, TimeUnit.SECONDS)).isTrue();
            room.enter();

            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);
            assertThat(alice.omemo.waiting()).isEmpty();
            assertNoGroupChat(alice);
        }
    }

    @Test
    void aRoomThatIsRequiredStaysSoForALaterStart() throws Exception {
        MemoryStore store = new MemoryStore();
        try (TestClient alice = started(store, MembersWithoutKeys.SKIP)) {
            assertThat(alice.omemo.policy(TestRoom.JID)).isEqualTo(EncryptionPolicy.REQUIRED);
        }
        try (TestClient alice = TestClient.started(world, store)) {
            new TestRoom(alice, world).anonymous().enter();
            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);

            assertRefused(alice, TestRoom.groupChat("m1", "SECRET"), Reason.ROOM_ANONYMOUS);
        }
    }

    @Test
    void aRoomThatWasEnteredBeforeTheStartIsKnown() throws Exception {
        world.device(BOB);
        try (TestClient alice = TestClient.loggedIn()) {
            alice.omemo.addOmemoListener(listener());
            new TestRoom(alice, world).with(MUCAffiliation.member, BOB).enter();
            alice.omemo.start(new MemoryStore());
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void invitationsSubjectsAndRequestsForVoiceStayWhatTheyAre() throws Exception {
        try (TestClient alice = started()) {
            new TestRoom(alice, world).enter();
            MUCUser invitation = new MUCUser();
            invitation.setInvite(new MUCUser.Invite("join us", JidCreate.entityBareFrom(BOB)));
            MUCUser decline = new MUCUser();
            decline.setDecline(new MUCUser.Decline("no", JidCreate.entityBareFrom(BOB)));
            ExtensionElement voice = (ExtensionElement) org.jivesoftware.smackx.xdata.packet.DataForm.builder(
                            org.jivesoftware.smackx.xdata.packet.DataForm.Type.submit)
                    .setFormType("http://jabber.org/protocol/muc#request")
                    .build();

            for (ExtensionElement element : List.of(invitation, decline, voice)) {
                alice.connection.sendStanza(StanzaBuilder.buildMessage("i")
                        .to(TestRoom.JID)
                        .ofType(Message.Type.normal)
                        .addExtension(element)
                        .build());
                Message message = alice.sent();
                assertThat(message.getTo().toString()).isEqualTo(TestRoom.JID.toString());
                assertThat(message.getExtensions()).containsExactly(element);
            }
            alice.connection.sendStanza(StanzaBuilder.buildMessage("s")
                    .to(TestRoom.JID)
                    .ofType(Message.Type.groupchat)
                    .setSubject("Tea")
                    .build());
            assertThat(alice.sent().getSubject()).isEqualTo("Tea");
        }
    }

    /** A direct invitation (XEP-0249) names a room and perhaps its password: it is a message to a person like any other. */
    @Test
    void aDirectInvitationIsEncryptedForThePerson() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            alice.connection.sendStanza(StanzaBuilder.buildMessage("d")
                    .to(BOB)
                    .ofType(Message.Type.normal)
                    .addExtension(new GroupChatInvitation(TestRoom.JID.toString()))
                    .build());

            Message message = alice.sentBesideThePlaceholder();
            assertThat(TestClient.names(message)).contains("encrypted").doesNotContain("x");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
