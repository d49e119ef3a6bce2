/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.chatstates.ChatState;
import org.jivesoftware.smackx.chatstates.packet.ChatStateExtension;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.GroupChatInvitation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What leaves when an application writes to a room, or through one. */
class RoomMessagesTest {
    private static final String BOB = "bob@example.org";
    private static final String CAROL = "carol@example.net";
    private static final String GHOST = "the room does not tell who its occupant \"ghost\" is";
    private static final String HIDDEN = "the room does not show who all its members are";
    private static final String UNKNOWN = "the room has not answered who its members are";

    /** Requests for lists of members. */
    private static final int LISTS = 3;

    /** Milliseconds until a request counts as not answered. */
    private static final long SOON = 500;

    private final World world = new World();
    private final BlockingQueue<SentMessage> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<OmemoEvent> events = new LinkedBlockingQueue<>();

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
    void aMemberWhoseServerNeverAnswersHoldsUpNobody() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            alice.connection.setReplyTimeout(600_000);
            alice.connection.answerNothingTo(request -> isFor(CAROL, request));
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, CAROL)
                    .enter();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            SentMessage first = nextSent();
            assertThat(first.devices()).containsExactly(bob);
            assertThat(first.members())
                    .containsExactly(new MemberLeftOut(TestClient.jid(CAROL), MemberLeftOut.Why.DEVICE_LIST_UNKNOWN));
            alice.connection.sent().clear();
            alice.connection.sendStanza(TestRoom.groupChat("m2", "SECRET"));
            assertThat(TestClient.names(alice.sent())).as("at once").contains("encrypted");
        }
    }

    /** More of them than are asked at a time: the second half is given up with the first. */
    @Test
    void fiftyMembersAtAServerThatNeverAnswersCostOnePatience() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            alice.connection.setReplyTimeout(600_000);
            alice.connection.answerNothingTo(RoomMessagesTest::isForSilent);
            TestRoom room = new TestRoom(alice, world).with(MUCAffiliation.member, BOB);
            for (int i = 0; i < 50; i++) {
                room.with(MUCAffiliation.member, "m" + i + "@silent.example");
            }
            room.enter();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            SentMessage message = nextSent();
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.members())
                    .hasSize(50)
                    .allMatch(member -> member.why() == MemberLeftOut.Why.DEVICE_LIST_UNKNOWN);
            assertThat(alice.connection.sent())
                    .filteredOn(stanza -> stanza instanceof IQ request && isForSilent(request))
                    .as("requests")
                    .hasSize(FetchQueue.AT_ONCE);
        }
    }

    /** With time-outs of Smack while it stalls, and without. */
    @ParameterizedTest
    @ValueSource(longs = {2_000, 600_000})
    void aLinkOfOursThatStallsLosesNoMember(long replyTimeout) throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        BlockingQueue<IQ> stalled = new LinkedBlockingQueue<>();
        try (TestClient alice = started()) {
            alice.connection.setReplyTimeout(replyTimeout);
            alice.connection.answerNothingTo(request -> !TestRoom.JID.equals(request.getTo()) && stalled.add(request));
            roomWithBobAndCarol(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            after(6, () -> {
                alice.connection.answerNothingTo(request -> false);
                for (IQ request : stalled) {
                    if (isFor(CAROL, request)) {
                        after(1, () -> alice.connection.answer(request));
                    } else {
                        alice.connection.answer(request);
                    }
                }
            });

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    /** For longer than Smack waits twice: our server is asked a third time. */
    @Test
    void aLinkOfOursThatStallsWhileTheRoomIsAskedLosesNoMember() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        AtomicInteger pings = new AtomicInteger();
        BlockingQueue<IQ> stalled = new LinkedBlockingQueue<>();
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(request -> {
                stalled.add(request);
                if (request instanceof Ping && pings.incrementAndGet() == 3) {
                    answered(alice, stalled);
                }
                return true;
            });
            roomWithBobAndCarol(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    /** Our server has the requests, and its answers come after Smack has waited for them. */
    @Test
    void anAnswerThatCameTooLateOverAStalledLinkIsNoSilence() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        AtomicInteger pings = new AtomicInteger();
        BlockingQueue<IQ> stalled = new LinkedBlockingQueue<>();
        try (TestClient alice = started()) {
            alice.connection.setReplyTimeout(2_000);
            alice.connection.answerNothingTo(request -> !TestRoom.JID.equals(request.getTo())
                    && !(request instanceof Ping && pings.incrementAndGet() <= 2) // behind the room's questions, too
                    && stalled.add(request));
            roomWithBobAndCarol(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            after(6, () -> {
                alice.connection.answerNothingTo(request -> {
                    if (isFor(CAROL, request)) {
                        after(1, () -> alice.connection.answer(request));
                    }
                    return isFor(CAROL, request);
                });
                stalled.forEach(alice.connection::answer);
            });

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void whoCouldNotBeAskedForWantOfAConnectionIsAskedOnceThereIsOne() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started()) {
            sendAndLoseTheConnection(alice);
            after(6, alice.connection::resume);

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void whoWasAskedInAnEarlierStreamIsAskedAgain() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started()) {
            TestRoom room = sendAndLoseTheConnection(alice);
            alice.connection.connect();
            alice.connection.login();
            room.enter();

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    /** What Carol's server is asked is lost with it. */
    private TestRoom sendAndLoseTheConnection(TestClient alice) throws Exception {
        CountDownLatch asked = new CountDownLatch(4); // two lists, and our own server after them and after the room
        alice.connection.answerNothingTo(request -> {
            if (isFor(CAROL, request) || request instanceof Ping) {
                asked.countDown();
            }
            return isFor(CAROL, request);
        });
        TestRoom room = roomWithBobAndCarol(alice);
        alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        alice.connection.instantShutdown();
        alice.connection.answerNothingTo(request -> false);
        return room;
    }

    /** The server takes longer than the patience for all of them, and for none of them. */
    @Test
    void aServerThatAnswersSlowlyLosesNoMember() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            alice.connection.setReplyTimeout(600_000);
            Executor late = CompletableFuture.delayedExecutor(1500, TimeUnit.MILLISECONDS);
            alice.connection.answerNothingTo(request -> {
                boolean slow = request.getTo() != null
                        && request.getTo().getDomain().toString().equals("slow.example");
                if (slow) {
                    IQ none = IQ.createErrorResponse(request, StanzaError.Condition.item_not_found);
                    none.setFrom(request.getTo());
                    late.execute(() -> alice.connection.receive(none));
                }
                return slow;
            });
            TestRoom room = new TestRoom(alice, world).with(MUCAffiliation.member, BOB);
            for (int i = 0; i < 2 * FetchQueue.AT_ONCE; i++) { // each with a list in two versions
                room.with(MUCAffiliation.member, "m" + i + "@slow.example");
            }
            room.enter();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            SentMessage message = nextSent();
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.members())
                    .hasSize(2 * FetchQueue.AT_ONCE)
                    .allMatch(member -> member.why() == MemberLeftOut.Why.NO_DEVICES);
        }
    }

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
                    .containsExactly(new MemberLeftOut(TestClient.jid(CAROL), MemberLeftOut.Why.NO_USABLE_DEVICE));

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
    void aListThatWasNotAnsweredOnceIsAskedForAgain() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            AtomicInteger asked = new AtomicInteger();
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(
                    request -> request instanceof MUCAdmin && asked.incrementAndGet() <= 2 * LISTS);
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.admin, CAROL)
                    .enter();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    /** That is no answer of the room: its server cannot be reached for a moment. */
    @ParameterizedTest
    @EnumSource(
            value = StanzaError.Condition.class,
            names = {"remote_server_timeout", "remote_server_not_found", "resource_constraint", "internal_server_error"
            })
    void anErrorThatMayPassIsNoAnswer(StanzaError.Condition error) throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            AtomicInteger asked = new AtomicInteger();
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(request -> {
                boolean first = request instanceof MUCAdmin && asked.incrementAndGet() <= 2 * LISTS;
                if (first) {
                    IQ bounced = IQ.createErrorResponse(request, error);
                    bounced.setFrom(request.getTo());
                    CompletableFuture.runAsync(() -> alice.connection.receive(bounced));
                }
                return first;
            });
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.admin, CAROL)
                    .enter();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void anAnswerThatComesOnceTheRoomIsAskedAgainCounts() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            List<IQ> asked = new CopyOnWriteArrayList<>();
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(request -> {
                if (request instanceof MUCAdmin && asked.add(request) && asked.size() == 3 * LISTS) {
                    asked.subList(LISTS, 2 * LISTS).forEach(alice.connection::answer);
                }
                return request instanceof MUCAdmin;
            });
            roomWithBobAndCarol(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void anAnswerThatComesWhileTheRoomIsLeftInPeaceCounts() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            BlockingQueue<IQ> asked = new LinkedBlockingQueue<>();
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(request -> request instanceof MUCAdmin && asked.add(request));
            roomWithBobAndCarol(alice);
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            assertThat(next(events, OmemoEvent.RoomMessageHeld.class).unnamed()).containsExactly(UNKNOWN);

            asked.forEach(alice.connection::answer);

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void aConfigurationThatChangesWhileTheListsAreAskedForIsAskedForAgain() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            BlockingQueue<IQ> asked = new LinkedBlockingQueue<>();
            alice.connection.setReplyTimeout(600_000);
            alice.connection.answerNothingTo(request -> request instanceof MUCAdmin && asked.add(request));
            TestRoom room = new TestRoom(alice, world).with(MUCAffiliation.member, BOB);
            room.ask();
            room.letIn();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            for (int i = 0; i < LISTS; i++) {
                asked.take(); // on the way in
            }
            List<IQ> lists = List.of(asked.take(), asked.take(), asked.take());

            room.anonymous().says(TestRoom.message("", "104"));
            lists.forEach(alice.connection::answer);

            assertThat(alice.nextHeard()).isEqualTo("failed m1 ROOM_ANONYMOUS");
        }
    }

    @Test
    void aRoomThatIsStillAskedWhenAStreamIsResumedIsAskedAgain() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            CountDownLatch asked = new CountDownLatch(2 * LISTS);
            alice.connection.setReplyTimeout(600_000);
            alice.connection.answerNothingTo(request -> {
                if (request instanceof MUCAdmin) {
                    asked.countDown();
                }
                return request instanceof MUCAdmin;
            });
            roomWithBobAndCarol(alice);
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            alice.connection.instantShutdown();
            alice.connection.answerNothingTo(request -> false);
            alice.connection.resume();

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void aRoomWhoseAnswerWasLostWithAStreamThatIsResumedIsAskedAgain() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        DeviceAddress carol = world.device(CAROL).address();
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            AtomicInteger asked = new AtomicInteger();
            alice.connection.shutTheQueueFor(
                    stanza -> stanza instanceof MUCAdmin && asked.incrementAndGet() == 2 * LISTS);
            roomWithBobAndCarol(alice);

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
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
    void afterAChangeWithoutAnAnswerNothingLeaves() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room =
                    new TestRoom(alice, world).with(MUCAffiliation.member, BOB).enter();
            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);
            CountDownLatch askedTwice = new CountDownLatch(2);
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(request -> {
                boolean configuration = request instanceof DiscoverInfo && TestRoom.JID.equals(request.getTo());
                if (configuration) {
                    askedTwice.countDown();
                }
                return configuration;
            });
            room.anonymous().says(TestRoom.message("", "104"));

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            assertThat(askedTwice.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(alice.omemo.room(TestRoom.JID).state()).isEqualTo(RoomReaders.State.ASKED);
            alice.connection.answerNothingTo(request -> false);
            assertThat(alice.nextHeard()).isEqualTo("failed m1 ROOM_ANONYMOUS");
            assertNoSecret(alice);
        }
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

    @Test
    void aPrivateMessageThroughARoomThatWeAreNotInYetOrAnyMoreIsRefused() throws Exception {
        try (TestClient alice = started()) {
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.PREFERRED);
            Message unmarked = StanzaBuilder.buildMessage("p1")
                    .to(TestRoom.JID + "/nick")
                    .ofType(Message.Type.chat)
                    .setBody("SECRET")
                    .build();
            TestRoom room = new TestRoom(alice, world);
            room.ask();

            assertRefused(alice, unmarked, Reason.THROUGH_ROOM);
            room.letIn();
            room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "none", "110"));
            assertRefused(alice, unmarked, Reason.THROUGH_ROOM);
            assertNoSecret(alice);
        }
    }

    @Test
    void afterALoginThatResumedNothingWhatWaitsGoesOnOnceTheRoomHasLetUsInAgain() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, CAROL)
                    .enter();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            next(events, OmemoEvent.RoomMessageHeld.class);
            world.device(CAROL);

            alice.connection.instantShutdown();
            alice.connection.connect();
            alice.connection.login();
            assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(alice.omemo.waiting()).hasSize(1);
            assertRefused(alice, TestRoom.groupChat("m2", "SECRET"), Reason.NOT_IN_ROOM);
            room.enter();

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void whatIsEncryptedAlreadyWaitsUntilTheRoomHasLetUsInAgainAndStillTellsWhoCannotReadIt() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);

            reconnect(alice);
            assertThat(alice.omemo.waiting()).hasSize(1);
            assertNoGroupChat(alice);
            room.enter();

            SentMessage message = nextSent();
            assertThat(message.stanzaId()).isEqualTo("m1");
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.members())
                    .containsExactly(new MemberLeftOut(TestClient.jid(CAROL), MemberLeftOut.Why.NO_DEVICES));
            assertThat(sent).as("reports").isEmpty();
        }
    }

    /** Banned, kicked, no member any more, or simply left. */
    @ParameterizedTest
    @ValueSource(strings = {"301", "307", "321", "322", ""})
    void whatWaitsForARoomFailsWhenItSaysThatWeAreOut(String code) throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = hold(alice);

            room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "none", "110", code));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 NOT_IN_ROOM");
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void whatIsEncryptedAlreadyFailsWhenTheRoomDoesNotLetUsBackIn() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);
            reconnect(alice);
            room.ask();

            room.says("<presence xmlns='jabber:client' type='error' from='" + TestRoom.JID + "/alice'>"
                    + "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");

            assertThat(alice.nextHeard()).isEqualTo("failed m1 NOT_IN_ROOM");
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    /** As its service goes down, or could not reach us. */
    @ParameterizedTest
    @ValueSource(strings = {"332", "333"})
    void whatWaitsForARoomThatOnlyLostUsGoesOnWhenWeAreBack(String code) throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = hold(alice);

            room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "member", "110", code));
            publishes(alice, world.device(CAROL).address());
            room.enter();

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void whatWaitsForARoomThatWeAreNotInFailsWhenItNeedsNoEncryptionAnyMore() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            sendUnanswered(alice);
            reconnect(alice);

            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.OFF);

            assertThat(alice.nextHeard()).isEqualTo("failed m1 POLICY");
            assertThat(alice.omemo.waiting()).isEmpty();
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

    /** A message that waits for Carol, who has no device. */
    private TestRoom hold(TestClient alice) throws Exception {
        TestRoom room = ofBobAndCarol(alice).enterAndWrite("m1");
        next(events, OmemoEvent.RoomMessageHeld.class);
        return room;
    }

    @Test
    void whatIsEncryptedAlreadyDoesNotGoToARoomThatHasBecomeAnonymous() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);

            reconnect(alice);
            room.anonymous().enter();

            assertThat(alice.nextHeard()).isEqualTo("failed m1 ROOM_ANONYMOUS");
            assertNoGroupChat(alice);
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    @Test
    void afterARestartOurMessageThatLeavesAgainComesBackAsWhatWeSentOnce() throws Exception {
        world.device(BOB);
        MemoryStore store = new MemoryStore();
        try (TestClient alice = started(store, MembersWithoutKeys.SKIP)) {
            sendUnanswered(alice);
        }
        try (TestClient alice = started(store, MembersWithoutKeys.SKIP)) {
            roomWithBobAndCarol(alice);
            assertThat(nextSent().devices()).as("known to the former process").isEmpty();
            String again = alice.connection.sent().stream()
                    .filter(RoomMessagesTest::isGroupChat)
                    .map(stanza -> stanza.toXML().toString())
                    .findFirst()
                    .orElseThrow();
            String encrypted = again.substring(again.indexOf("<encrypted"), again.indexOf("</encrypted>") + 12);
            String back = "<message xmlns='jabber:client' type='groupchat' id='m1' from='" + TestRoom.JID + "/alice'>"
                    + encrypted + "</message>";

            Message first = alice.receives(back);
            Message second = alice.receives(back);

            assertThat(first.getBody()).isEqualTo("SECRET");
            assertThat(OmemoInfo.of(first).orElseThrow().repeated()).isFalse();
            assertThat(second.getBody()).isNull();
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
    void aPrivateMessageGoesToThePersonAndNotThroughTheRoom() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            BlockingQueue<IQ> asked = silentFor(alice, BOB);
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));

            alice.connection.sendStanza(toNick("p1").build()); // waits for the keys
            answered(alice, asked);
            Message first = alice.sentBesideThePlaceholder();
            assertThat(nextSent().devices()).containsExactly(bob);
            alice.connection.sendStanza(toNick("p2").build()); // at once
            Message second = alice.sent();

            for (Message message : List.of(first, second)) {
                assertThat(message.getTo().toString()).isEqualTo(BOB);
                assertThat(message.getType()).isEqualTo(Message.Type.chat);
                assertThat(TestClient.names(message)).contains("encrypted").doesNotContain("x", "body");
            }
            assertThat((Object) nextSent().to()).isEqualTo(TestClient.jid(BOB));
        }
    }

    @Test
    void aPrivateMessageToNobodyKnownFails() throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();

            assertRefused(alice, toNick("p1").build(), Reason.THROUGH_ROOM);
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            room.anonymous().says(TestRoom.message("", "173"));
            assertRefused(alice, toNick("p2").build(), Reason.THROUGH_ROOM);
        }
    }

    @Test
    void aPrivateMessageNeverLeavesInClearWhereMessagesToThePersonMay() throws Exception {
        try (TestClient alice = started()) {
            BlockingQueue<IQ> asked = silentFor(alice, BOB);
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.PREFERRED);

            alice.connection.sendStanza(toNick("p1").build()); // Bob has no devices
            answered(alice, asked);
            assertThat(alice.nextHeard()).isEqualTo("failed p1 POLICY");
            assertRefused(alice, toNick("p2").build(), Reason.THROUGH_ROOM);
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF); // and the room is REQUIRED
            assertRefused(alice, toNick("p3").build(), Reason.THROUGH_ROOM);
            assertNoSecret(alice);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EncryptionPolicy.class,
            names = {"OFF"})
    void aPrivateMessageIsLeftAloneByThePolicyOfTheRoom(EncryptionPolicy off) throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            alice.omemo.setPolicy(TestRoom.JID, off);

            alice.connection.sendStanza(toNick("p1").build());

            Message message = alice.sent();
            assertThat(message.getTo().toString()).isEqualTo(TestRoom.JID + "/nick");
            assertThat(message.getBody()).isEqualTo("SECRET");
        }
    }

    @Test
    void aChatStateOfAPrivateMessageDoesNotLeaveInClearEither() throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));

            alice.connection.sendStanza(StanzaBuilder.buildMessage("c")
                    .to(TestRoom.JID + "/nick")
                    .ofType(Message.Type.chat)
                    .addExtension(new ChatStateExtension(ChatState.composing))
                    .addExtension(new MUCUser())
                    .build());

            assertThat(TestClient.names(alice.sent())).contains("placeholder").doesNotContain("composing");
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

    private TestClient started() throws Exception {
        return started(MembersWithoutKeys.SKIP);
    }

    private TestClient started(MembersWithoutKeys rule) throws Exception {
        return started(new MemoryStore(), rule);
    }

    private TestClient started(OmemoStore store, MembersWithoutKeys rule) throws Exception {
        TestClient alice =
                TestClient.started(world, store, OmemoConfig.defaults().withMembersWithoutKeys(rule));
        alice.omemo.addOmemoListener(listener());
        alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        return alice;
    }

    private OmemoListener listener() {
        return new OmemoListener() {
            @Override
            public void onSent(SentMessage message) {
                sent.add(message);
            }

            @Override
            public void onEvent(OmemoEvent event) {
                events.add(event);
            }
        };
    }

    private TestRoom roomWithBobAndCarol(TestClient alice) throws Exception {
        return ofBobAndCarol(alice).enter();
    }

    private TestRoom ofBobAndCarol(TestClient alice) {
        return new TestRoom(alice, world).with(MUCAffiliation.member, BOB).with(MUCAffiliation.member, CAROL);
    }

    /** It has waited, is encrypted and has left, and the server does not say that it has it. */
    private TestRoom sendUnanswered(TestClient alice) throws Exception {
        alice.connection.answerNothingTo(Ping.class::isInstance);
        TestRoom room = ofBobAndCarol(alice).enterAndWrite("m1");
        assertThat(TestClient.names(alice.sentBesideThePlaceholder())).contains("encrypted");
        return room;
    }

    private static void reconnect(TestClient alice) throws Exception {
        alice.connection.instantShutdown();
        alice.connection.sent().clear();
        alice.connection.answerNothingTo(request -> false);
        alice.connection.connect();
        alice.connection.login();
        assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
    }

    private static boolean isGroupChat(Stanza stanza) {
        return stanza instanceof Message message && message.getType() == Message.Type.groupchat;
    }

    private static void assertNoGroupChat(TestClient alice) {
        assertThat(alice.connection.sent()).noneMatch(RoomMessagesTest::isGroupChat);
    }

    private SentMessage nextSent() throws InterruptedException {
        SentMessage next = sent.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("a sent message").isNotNull();
        return next;
    }

    private static <E> E next(BlockingQueue<? super E> queue, Class<E> type) throws InterruptedException {
        while (true) {
            Object next = queue.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a %s", type.getSimpleName()).isNotNull();
            if (type.isInstance(next)) {
                return type.cast(next);
            }
        }
    }

    private void publishes(TestClient alice, DeviceAddress device) throws Exception {
        String list = world.item(device.jid(), "urn:xmpp:omemo:2:devices", "current")
                .orElseThrow()
                .toXml();
        alice.receives("<message xmlns='jabber:client' type='headline' from='" + device.jid()
                + "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                + "<item id='current'>" + list + "</item></items></event></message>");
    }

    private static MessageBuilder toNick(String id) throws Exception {
        return StanzaBuilder.buildMessage(id)
                .to(TestRoom.JID + "/nick")
                .ofType(Message.Type.chat)
                .setBody("SECRET")
                .addExtension(new MUCUser());
    }

    private static void assertRefused(TestClient alice, Message message, Reason reason) {
        assertThatThrownBy(() -> alice.connection.sendStanza(message))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageNotContaining("SECRET");
    }

    private static void assertNoSecret(TestClient alice) {
        assertThat(alice.connection.sent())
                .noneMatch(stanza -> stanza.toXML().toString().contains("SECRET"));
    }

    private static boolean isFor(String account, IQ request) {
        return request.getTo() != null && request.getTo().toString().equals(account);
    }

    private static boolean isForSilent(IQ request) {
        return request.getTo() != null && request.getTo().getDomain().toString().equals("silent.example");
    }

    /** @return what this account's server is asked, to be answered later. */
    private static BlockingQueue<IQ> silentFor(TestClient alice, String jid) {
        BlockingQueue<IQ> asked = new LinkedBlockingQueue<>();
        alice.connection.answerNothingTo(request -> isFor(jid, request) && asked.add(request));
        return asked;
    }

    private static void answered(TestClient alice, BlockingQueue<IQ> asked) {
        alice.connection.answerNothingTo(request -> false);
        asked.forEach(alice.connection::answer);
    }

    private static void after(int seconds, Worker.Task task) {
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(() -> {
            try {
                task.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
