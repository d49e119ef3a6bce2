/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.muc.packet.MUCInitialPresence;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Messages that wait leave the store only when the server has them. */
class OutboxTest {
    private static final String BOB = "bob@example.org";

    @Test
    void aMessageWaitsUntilTheServerHasAnsweredAndGoesAgainAsItWas() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.answerNothingTo(Ping.class::isInstance);
            alice.connection.sendStanza(message("m1"));
            String first = alice.sentBesideThePlaceholder().toXML().toString();

            assertThat(alice.omemo.awaitSent(Duration.ofMillis(300))).as("sent").isFalse();
            assertThat(alice.omemo.waiting())
                    .singleElement()
                    .satisfies(waiting -> assertThat(waiting.stanzaId()).isEqualTo("m1"));
            assertThat(alice.heard).as("reports").isEmpty();

            alice.connection.answerNothingTo(request -> false);
            reconnect(alice);

            assertThat(alice.sent().toXML().toString()).as("the repeat").isEqualTo(first);
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).as("sent").isTrue();
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void aServerThatIsSlowToAnswerIsAskedAgainAndGetsTheMessageOnce() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.setReplyTimeout(200);
            AtomicInteger pings = new AtomicInteger();
            alice.connection.answerNothingTo(request -> request instanceof Ping && pings.incrementAndGet() <= 2);
            alice.connection.sendStanza(message("m1"));
            alice.sentBesideThePlaceholder();

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(pings).hasValue(3);
            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
        }
    }

    @Test
    void aMessageToARoomThatEndsMeanwhileIsForThoseWhoWereInIt() throws Exception {
        World world = new World();
        TestDevice bob = world.device(BOB);
        TestDevice device = world.device(TestClient.ALICE);
        world.device(TestClient.ALICE);
        device.send(bob, "so that nothing is fetched any more");
        OmemoEngine engine = device.engine();
        engine.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        engine.park(
                TestRoom.JID, "m1", TestRoom.groupChat("m1", "SECRET").toXML().toString());
        QuietConnection connection = TestClient.connect();
        CompletableFuture<SentMessage> sent = new CompletableFuture<>();
        Reports reports = new Reports();
        reports.add(new OmemoListener() {
            @Override
            public void onSent(SentMessage message) {
                sent.complete(message);
            }

            @Override
            public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                sent.completeExceptionally(why);
            }
        });
        Worker worker = new Worker(sent::completeExceptionally);
        Wire wire = new Wire(() -> connection, worker);
        Account.Host host = new EndingRoom(connection);
        ActionRunner runner = new ActionRunner(
                engine, wire, reports, device.jid(), new Alarm(host, InstantSource.system(), () -> {}));
        Outbox outbox = new Outbox(engine, OmemoConfig.defaults(), worker, wire, runner, reports, host);

        worker.execute(() -> outbox.drain(TestRoom.JID));

        assertThat(sent.get(30, TimeUnit.SECONDS).devices()).contains(bob.address());
        worker.close();
    }

    /** Bob and we are in a room until somebody has looked. */
    private static final class EndingRoom implements Account.Host {
        private final QuietConnection connection;
        private final Rooms rooms = new Rooms(room -> {});
        private boolean ended;

        EndingRoom(QuietConnection connection) throws Exception {
            this.connection = connection;
            rooms.sends(StanzaBuilder.buildPresence()
                    .to(TestRoom.JID + "/alice")
                    .addExtension(new MUCInitialPresence(null, 0, -1, -1, null)));
            for (String presence : List.of(
                    TestRoom.presence("bob", BOB + "/x", "none"),
                    TestRoom.presence("alice", TestClient.ALICE + "/here", "none", "100", "110"))) {
                rooms.receives(PacketParserUtils.<Stanza>parseStanza(presence), connection.getUser());
            }
            rooms.entered(TestRoom.JID).orElseThrow().known();
        }

        @Override
        public XMPPConnection connection() {
            return connection;
        }

        @Override
        public Rooms rooms() {
            Rooms now = ended ? new Rooms(room -> {}) : rooms;
            ended = true;
            return now;
        }

        @Override
        public void failed(Exception cause) {
            throw new AssertionError(cause);
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            return () -> {};
        }
    }

    @Test
    void aMessageThatEndsTheConnectionEachTimeFailsAfterFiveTimesAndTheOthersArrive() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.watchTheEnd();
            CountDownLatch allWait = new CountDownLatch(1);
            holdBackAnswers(world, alice, allWait);
            alice.connection.refuse(message -> "bad".equals(message.getStanzaId()) && !isPlaceholder(message));
            alice.connection.sendStanza(message("good"));
            alice.connection.sendStanza(message("bad"));
            alice.connection.sendStanza(message("behind"));
            allWait.countDown();

            for (int again = 0; again < 6; again++) { // the first time it is in company
                alice.connection.comeBack();
            }

            assertThat(List.of(alice.nextHeard(), alice.nextHeard(), alice.nextHeard()))
                    .containsExactly("sent good", "failed bad NOT_ACCEPTED", "sent behind");
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    @Test
    void connectionsThatAreLostBlameNoMessage() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.answerNothingTo(Ping.class::isInstance);
            alice.connection.sendStanza(message("m1"));
            alice.sentBesideThePlaceholder();

            for (int again = 0; again < 7; again++) {
                reconnect(alice);
                assertThat(alice.sent().getStanzaId()).as("the repeat").isEqualTo("m1");
            }

            assertThat(alice.omemo.waiting()).hasSize(1);
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void aMessageThatNoServerTakesFailsAndMovesNoSession() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.sendStanza(StanzaBuilder.buildMessage("m1")
                    .to(BOB)
                    .ofType(Message.Type.chat)
                    .setBody("x".repeat(250_000))
                    .build());

            assertThat(alice.nextHeard()).isEqualTo("failed m1 CONTENT");
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(TestClient.names(alice.sent())).contains("placeholder");
            assertThat(alice.omemo.devices(TestClient.jid(BOB))).noneMatch(org.omemo4j.engine.KnownDevice::session);
        }
    }

    @Test
    void aMessageWhoseEveryFetchAsksForOneMoreFailsAfterSixRounds() throws Exception {
        World world = new World();
        world.device(BOB);
        AtomicInteger listed = new AtomicInteger();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            TestPep server = new TestPep(world, TestClient.jid(TestClient.ALICE));
            alice.connection.answerBy(request -> {
                // Bob's server tells of one more device whenever it is asked for something.
                if (request instanceof PubSub && request.getTo() != null) {
                    publishDevices(alice, listed.incrementAndGet());
                }
                return server.answer(request);
            });

            alice.connection.sendStanza(message("m1"));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 DEVICE_LIST_UNKNOWN");
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(listed.get()).as("fetches").isLessThan(50);
        }
    }

    private static void publishDevices(TestClient alice, int count) {
        String devices = IntStream.rangeClosed(1, count)
                .mapToObj(id -> "<device id='" + id + "'/>")
                .collect(Collectors.joining());
        try {
            alice.receives("<message xmlns='jabber:client' type='headline' from='" + BOB
                    + "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                    + "<item id='current'><devices xmlns='urn:xmpp:omemo:2'>" + devices
                    + "</devices></item></items></event></message>");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Bob's nodes are told only when the test says so. */
    private static void holdBackAnswers(World world, TestClient alice, CountDownLatch released) {
        TestPep server = new TestPep(world, TestClient.jid(TestClient.ALICE));
        alice.connection.answerBy(request -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return server.answer(request);
        });
    }

    private static boolean isPlaceholder(Message message) {
        return TestClient.names(message).contains("placeholder");
    }

    private static void reconnect(TestClient alice) throws Exception {
        alice.connection.instantShutdown();
        alice.connection.connect();
        alice.connection.login();
    }

    private static Message message(String id) throws Exception {
        return StanzaBuilder.buildMessage(id)
                .to(BOB)
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build();
    }
}
