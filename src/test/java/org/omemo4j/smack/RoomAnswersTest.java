/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;

/** A room that answers late, with errors, or not at all. */
class RoomAnswersTest extends RoomFixture {
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

    /** So that what they wrote before reads, though we write nothing. */
    @Test
    void membersWhomItNamesLateAreAskedForBeforeAnybodyWrites() throws Exception {
        try (TestClient alice = started()) {
            BlockingQueue<IQ> asked = new LinkedBlockingQueue<>();
            BlockingQueue<IQ> carols = new LinkedBlockingQueue<>();
            alice.connection.setReplyTimeout(SOON);
            alice.connection.answerNothingTo(request -> {
                if (isFor(CAROL, request)) {
                    carols.add(request);
                }
                return request instanceof MUCAdmin && asked.add(request);
            });
            roomWithBobAndCarol(alice);
            next(events, OmemoEvent.RoomMembersUnknown.class);
            assertThat(carols).isEmpty();

            asked.forEach(alice.connection::answer);

            assertThat(carols.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void whoBecomesAMemberLaterIsAskedForBeforeAnybodyWrites() throws Exception {
        try (TestClient alice = started()) {
            BlockingQueue<IQ> carols = new LinkedBlockingQueue<>();
            TestRoom room =
                    new TestRoom(alice, world).with(MUCAffiliation.member, BOB).enter();
            alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);
            alice.connection.answerNothingTo(request -> isFor(CAROL, request) && carols.add(request));

            room.says(TestRoom.message(TestRoom.item(CAROL, "member", "none")));

            assertThat(carols.poll(30, TimeUnit.SECONDS)).isNotNull();
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
    void afterAChangeWithoutAnAnswerNothingLeavesAndThatIsTold() throws Exception {
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
            assertThat(next(events, OmemoEvent.RoomMessageHeld.class).sentence())
                    .isEqualTo("Messages to the room " + TestRoom.JID
                            + " wait: the room has not answered whether its occupants still see who the others are.");
            assertThat(alice.omemo.room(TestRoom.JID).state()).isEqualTo(RoomReaders.State.ASKED);
            alice.connection.answerNothingTo(request -> false);
            assertThat(alice.nextHeard()).isEqualTo("failed m1 ROOM_ANONYMOUS");
            assertNoSecret(alice);
        }
    }
}
