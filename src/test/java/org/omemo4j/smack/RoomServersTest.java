/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.protocol.DeviceAddress;

/** Members whose servers are silent or slow, and links of ours that stall. */
class RoomServersTest extends RoomFixture {
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
            alice.connection.answerNothingTo(RoomServersTest::isForSilent);
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

    private static boolean isForSilent(IQ request) {
        return request.getTo() != null && request.getTo().getDomain().toString().equals("silent.example");
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
}
