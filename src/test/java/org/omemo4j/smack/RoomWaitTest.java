/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.MemberLeftOut.Why;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.testkit.TestDevice;

/** What a room waits for has an end, however slow the servers of its members are, and whoever comes meanwhile. */
@Timeout(60)
class RoomWaitTest extends RoomFixture {
    private final DeviceAddress bob = world.device(BOB).address();
    private final DeviceAddress carol = world.device(CAROL).address();

    @Test
    void whoHasNotAnsweredWhenThePatienceIsOverIsLeftOutAndStillAsked() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            IQ question = room.unanswered.take();

            room.steps(RoomPatience.STEPS);

            SentMessage message = nextSent();
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.leftOut()).extracting(left -> left.device()).containsExactly(carol);
            room.connection.answer(question);
            room.awaitReader(carol.jid());
            room.write("m2");
            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void whoListsANewDeviceAtASilentServerHoldsUpNobody() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            room.steps(RoomPatience.STEPS);
            nextSent();
            DeviceAddress another = world.device(CAROL).address();
            room.device.hears(
                    carol.jid(),
                    world.item(carol.jid(), "urn:xmpp:omemo:2:devices", "current")
                            .orElseThrow());

            room.write("m2");

            assertThat(nextSent().leftOut()).extracting(left -> left.device()).containsOnly(carol, another);
            IQ question = room.unanswered.take();
            room.connection.answer(question);
            room.awaitReader(carol.jid());
            room.write("m3");
            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, another);
        }
    }

    @Test
    void aBundleThatComesInTimeReads() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            IQ question = room.unanswered.take();
            room.steps(RoomPatience.STEPS - 1);

            room.connection.answer(question);

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    /** The bundles of the others are asked for only then. */
    @Test
    void whoseListIsNotToldInTimeTakesNothingOfTheTimeForBundles() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request))) {
            room.write("m1");
            room.unanswered.take();

            room.steps(RoomPatience.STEPS_FOR_LISTS);

            SentMessage message = nextSent();
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.members())
                    .containsExactly(new MemberLeftOut(carol.jid(), MemberLeftOut.Why.DEVICE_LIST_UNKNOWN));
        }
    }

    /** So many others come first that it is not her turn in that time. */
    @Test
    void whoWasNotAskedInThatTimeIsWaitedForByTheNextMessage() throws Exception {
        Stream<String> others = IntStream.range(0, FetchQueue.AT_ONCE).mapToObj(i -> "a" + i + "@example.net");
        String[] members = Stream.concat(Stream.of(BOB, CAROL), others).toArray(String[]::new);
        try (TimedRoom room =
                new TimedRoom(request -> isForDomain("example.net", request) && !isForBundle(request), members)) {
            room.write("m1");
            room.steps(RoomPatience.STEPS_FOR_LISTS);
            SentMessage message = nextSent();
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.members()).contains(new MemberLeftOut(carol.jid(), Why.DEVICE_LIST_UNKNOWN));

            IQ question = room.unanswered.take();
            while (!question.getTo().equals(carol.jid())) {
                room.connection.answer(question);
                question = room.unanswered.take();
            }
            room.write("m2");
            room.connection.answer(question);

            assertThat(nextSent().devices()).containsExactlyInAnyOrder(bob, carol);
        }
    }

    @Test
    void afterAFreshLoginThePatienceBeginsAnewWhateverElseWaits() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            room.steps(RoomPatience.STEPS - 1);
            room.device.engine().park(bob.jid(), "chat", chat());
            room.wire.loggedIn();
            room.worker.execute(() -> room.outbox.drain(bob.jid()));
            assertThat(nextSent().stanzaId()).isEqualTo("chat");

            assertThat(room.stepsUntilItLeaves()).isGreaterThanOrEqualTo(RoomPatience.STEPS);

            assertThat(nextSent().devices()).containsExactly(bob);
        }
    }

    @Test
    void whatWaitsBehindAMessageThatIsGivenUpHasThePatienceToo() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            room.write("m2");
            WaitingMessage first =
                    WaitingMessage.of(room.device.engine().parked().get(0));
            room.worker.execute(() -> room.outbox.cancel(first));

            room.stepsUntilItLeaves();

            SentMessage message = nextSent();
            assertThat(message.stanzaId()).isEqualTo("m2");
            assertThat(message.devices()).containsExactly(bob);
        }
    }

    @Test
    void aMessageThatIsGivenUpTakesItsPatienceAlong() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            WaitingMessage first =
                    WaitingMessage.of(room.device.engine().parked().get(0));
            room.worker.execute(() -> room.outbox.cancel(first));
            // The first and the last one have no effect; by the last one, that of those between them has begun.
            room.steps(1 + RoomPatience.STEPS_FOR_LISTS + 1);
            room.settle();
            room.write("m2");

            assertThat(room.stepsUntilItLeaves()).isGreaterThanOrEqualTo(RoomPatience.STEPS);

            assertThat(nextSent().devices()).containsExactly(bob);
        }
    }

    @Test
    void soItDoesIfWhatItWaitedForComesWhenNothingMayBeSent() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            IQ question = room.unanswered.take();
            WaitingMessage first =
                    WaitingMessage.of(room.device.engine().parked().get(0));
            room.worker.execute(() -> room.outbox.cancel(first));
            room.settle();
            room.wire.closing();
            room.connection.answer(question);
            while (!room.device.engine().missing(Set.of(carol.jid())).isEmpty()) {
                Thread.onSpinWait();
            }
            room.settled();
            room.settled(); // behind what follows on the bundle
            room.wire.staying();
            room.worker.execute(room.outbox::drainAll);
            room.settled();
            room.connection.sent().clear();

            for (Runnable step = room.steps.poll(); step != null; step = room.steps.poll()) {
                step.run();
            }
            room.settled();

            assertThat(room.connection.sent()).as("for nothing that waits").noneMatch(Ping.class::isInstance);
        }
    }

    @Test
    void whatIsWrittenBehindAMessageThatIsGivenUpWhileNothingMayBeSentHasThePatienceToo() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            WaitingMessage first =
                    WaitingMessage.of(room.device.engine().parked().get(0));
            room.wire.closing();
            room.worker.execute(() -> room.outbox.cancel(first));
            room.settled();
            room.settled(); // behind what follows on it
            room.wire.staying();
            room.worker.execute(room.outbox::drainAll);
            room.write("m2");

            assertThat(room.stepsUntilItLeaves()).isGreaterThanOrEqualTo(RoomPatience.STEPS);

            assertThat(nextSent().devices()).containsExactly(bob);
        }
    }

    @Test
    void aPatienceThatAGoodByeHasStoppedGoesOnWhenTheApplicationStaysAfterAll() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            room.wire.closing();
            room.steps(1);
            room.settled();
            assertThat(room.steps).as("another step").isEmpty();

            room.wire.staying();
            room.worker.execute(room.outbox::drainAll);

            assertThat(room.stepsUntilItLeaves()).isGreaterThanOrEqualTo(RoomPatience.STEPS);
            assertThat(nextSent().devices()).containsExactly(bob);
        }
    }

    @Test
    void aRoomThatHasLostUsMeanwhileHasAPatienceOfItsOwnWhenWeAreBack() throws Exception {
        try (TimedRoom room = new TimedRoom(request -> isForDomain("example.net", request) && isForBundle(request))) {
            room.write("m1");
            room.unanswered.take();
            TestRoom.losesUs(room.rooms, room.connection);
            room.steps(RoomPatience.STEPS_FOR_LISTS
                    + 1); // by then the one before it has had its effect, and this one has none
            room.settle();
            TestRoom.letsIn(room.rooms, room.connection, BOB, CAROL);
            room.worker.execute(() -> room.outbox.drain(TestRoom.JID));

            assertThat(room.stepsUntilItLeaves()).isGreaterThanOrEqualTo(RoomPatience.STEPS);

            assertThat(nextSent().devices()).containsExactly(bob);
        }
    }

    private String chat() {
        return StanzaBuilder.buildMessage("chat")
                .to(bob.jid())
                .ofType(Message.Type.chat)
                .setBody("SECRET")
                .build()
                .toXML()
                .toString();
    }

    private static boolean isForBundle(IQ request) {
        return request.toXML().toString().contains(":bundles");
    }

    /** We are in it with Bob and Carol, or with others; the test turns its clock, and no server is silent: its time never ends. */
    private final class TimedRoom implements AutoCloseable {
        private final TestDevice device = world.device(TestClient.ALICE);
        private final BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
        private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
        private final BlockingQueue<IQ> unanswered = new LinkedBlockingQueue<>();
        private final Worker worker = new Worker(thrown::add);
        private final QuietConnection connection = TestClient.connect();
        private final Wire wire = new Wire(() -> connection, worker);
        private final Rooms rooms;
        private final Outbox outbox;

        TimedRoom(Predicate<IQ> silent) throws Exception {
            this(silent, BOB, CAROL);
        }

        TimedRoom(Predicate<IQ> silent, String... members) throws Exception {
            rooms = TestRoom.enteredBy(connection, members);
            device.engine().setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
            connection.answerBy(new TestPep(world, device.jid())::answer);
            connection.answerNothingTo(request -> silent.test(request) && unanswered.add(request));
            Reports reports = new Reports();
            reports.add(listener());
            Account.Host host = new TestHost(() -> connection, rooms, (delay, task) -> steps.add(task), thrown::add);
            ActionRunner runner = TestHost.runner(device, worker, wire, reports, (delay, task) -> () -> {});
            outbox = new Outbox(device.engine(), OmemoConfig.defaults(), worker, wire, runner, reports, host);
        }

        void write(String id) throws Exception {
            device.engine()
                    .park(
                            TestRoom.JID,
                            id,
                            TestRoom.groupChat(id, "SECRET").toXML().toString());
            worker.execute(() -> outbox.drain(TestRoom.JID));
        }

        void steps(int count) throws Exception {
            for (int i = 0; i < count; i++) {
                assertThat(sent).isEmpty();
                Runnable step = steps.poll(30, TimeUnit.SECONDS);
                assertThat(step).as("a step").isNotNull();
                step.run();
            }
        }

        /** One of an earlier patience may be among them, and does nothing. */
        int stepsUntilItLeaves() throws Exception {
            int count = 0;
            while (sent.isEmpty()) {
                Runnable step = steps.poll(10, TimeUnit.MILLISECONDS);
                if (step != null) {
                    step.run();
                    count++;
                }
            }
            return count;
        }

        /** The account has a device again that reads what is sent now: an answer is heard of in no order with others. */
        void awaitReader(BareJid account) throws Exception {
            while (!device.engine().withoutKeys(Set.of(account)).isEmpty()) {
                Thread.onSpinWait();
            }
        }

        /** What was handed to the worker is done. */
        void settled() throws Exception {
            CompletableFuture<Void> done = new CompletableFuture<>();
            worker.execute(() -> done.complete(null));
            done.get(30, TimeUnit.SECONDS);
        }

        /** Our server has answered, and what follows on it is done. */
        void settle() throws Exception {
            CompletableFuture<Void> answered = new CompletableFuture<>();
            worker.execute(() -> wire.ping(came -> answered.complete(null)));
            answered.get(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            worker.close();
            connection.disconnect();
            assertThat(thrown).isEmpty();
        }
    }

    /** Each of them is asked, and while that goes on, one more comes. */
    @Test
    void membersWhoKeepComingFailNoMessageAndAreAskedWhenItHasLeft() throws Exception {
        AtomicInteger members = new AtomicInteger();
        BlockingQueue<BareJid> asked = new LinkedBlockingQueue<>();
        BlockingQueue<Stanza> heard = new LinkedBlockingQueue<>();
        try (TestClient alice = started()) {
            alice.connection.addSyncStanzaListener(heard::add, Presence.class::isInstance);
            TestPep server = new TestPep(world, TestClient.jid(TestClient.ALICE));
            TestRoom[] room = new TestRoom[1];
            room[0] = new TestRoom(alice, request -> {
                        if (request instanceof PubSub && isForDomain("new.example", request)) {
                            asked.add(request.getTo().asBareJid());
                            if (request.getTo().equals(newcomer(members.get()))) {
                                comes(room[0], newcomer(members.incrementAndGet()), heard);
                            }
                        }
                        return server.answer(request);
                    })
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, newcomer(0).toString());
            room[0].enter();

            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            SentMessage message = nextSent();
            assertThat(message.devices()).contains(bob);
            BareJid leftOut = message.members().stream()
                    .filter(member -> member.why() == MemberLeftOut.Why.DEVICE_LIST_UNKNOWN)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(members + " came: " + message))
                    .member();
            BareJid next;
            do {
                next = asked.poll(30, TimeUnit.SECONDS);
            } while (next != null && !next.equals(leftOut));
            assertThat((Object) next).as("asked").isEqualTo(leftOut);
        }
    }

    private static BareJid newcomer(int number) {
        return TestClient.jid("m" + number + "@new.example");
    }

    /** @param heard what we have heard of, Smack's own thread being ahead of whoever tells. */
    private static void comes(TestRoom room, BareJid somebody, BlockingQueue<Stanza> heard) {
        try {
            room.says(TestRoom.presence(somebody.toString(), somebody + "/x", "none"));
            while (!heard.take().getFrom().getResourceOrEmpty().toString().equals(somebody.toString())) {
                // somebody else
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isForDomain(String domain, IQ request) {
        return request.getTo() != null && request.getTo().getDomain().toString().equals(domain);
    }
}
