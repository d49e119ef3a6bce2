/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.smack.element.Placeholder;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustPolicy;

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
            AtomicInteger unanswered = new AtomicInteger();
            pingsAfterTheMessage(alice, ping -> {
                pings.incrementAndGet();
                return false;
            });
            alice.connection.answerNothingTo(
                    request -> request instanceof Ping && pings.get() > 0 && unanswered.incrementAndGet() <= 2);
            alice.connection.sendStanza(message("m1"));
            alice.sentBesideThePlaceholder();

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(pings).hasValueGreaterThan(2);
            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
        }
    }

    @Test
    void aQuestionThatIsLostWithAStreamThatIsResumedIsAskedAgain() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            AtomicInteger pings = new AtomicInteger();
            pingsAfterTheMessage(alice, ping -> pings.incrementAndGet() <= 2); // one may be for the bundle

            alice.connection.sendStanza(message("m1"));

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(pings).hasValueGreaterThan(2);
        }
    }

    @Test
    void messagesWaitForADecisionThatIsAskedForOnce() throws Exception {
        World world = new World();
        TestDevice bob = world.device(BOB);
        TestDevice carol = world.device("carol@example.net");
        OmemoConfig config = OmemoConfig.defaults().withTrust(bob.jid(), TrustPolicy.manual());
        try (TestClient alice = TestClient.started(world, new MemoryStore(), config)) {
            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);

            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            alice.connection.sendStanza(message("m2"));
            alice.connection.sendStanza(StanzaBuilder.buildMessage("c1")
                    .to(carol.jid())
                    .ofType(Message.Type.chat)
                    .setBody("Hello Carol")
                    .build());

            assertThat(alice.nextHeard()).as("what comes behind").isEqualTo("sent c1");
            assertThat(request.keys()).containsExactly(bob.key());
            assertThat(alice.asked).isEmpty();
            assertThat(alice.omemo.waiting())
                    .extracting(WaitingMessage::stanzaId)
                    .containsExactly("m1", "m2");
            assertThat(alice.connection.sent())
                    .as("to Bob")
                    .noneMatch(stanza -> stanza instanceof Message
                            && bob.jid().equals(stanza.getTo().asBareJid()));
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
        ActionRunner runner = TestHost.runner(device, worker, wire, reports, host);
        Outbox outbox = new Outbox(engine, OmemoConfig.defaults(), worker, wire, runner, reports, host);

        worker.execute(() -> outbox.drain(TestRoom.JID));

        assertThat(sent.get(30, TimeUnit.SECONDS).devices()).contains(bob.address());
        worker.close();
    }

    /** Bob and we are in a room until somebody has looked. */
    private static final class EndingRoom implements Account.Host {
        private final QuietConnection connection;
        private final Rooms rooms;
        private boolean ended;

        EndingRoom(QuietConnection connection) throws Exception {
            this.connection = connection;
            this.rooms = TestRoom.enteredBy(connection, BOB);
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
    void aQuestionThatWasLostWithItsStreamIsAskedInTheNextAtOnce() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.watchTheEnd();
            alice.connection.setReplyTimeout(TimeUnit.HOURS.toMillis(1));
            CountDownLatch asked = new CountDownLatch(1);
            alice.connection.answerNothingTo(request -> {
                if (isForBob(request)) {
                    asked.countDown();
                }
                return isForBob(request);
            });
            alice.connection.refuse(message -> "bad".equals(message.getStanzaId()));
            alice.omemo.setPolicy(TestClient.jid("carol@example.org"), EncryptionPolicy.OFF);
            alice.connection.sendStanza(message("m1"));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            alice.connection.sendStanza(StanzaBuilder.buildMessage("bad")
                    .to("carol@example.org")
                    .setBody("ends the stream")
                    .build());
            alice.connection.answerNothingTo(request -> false);
            alice.connection.comeBack();

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
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

    @Test
    void oneSlowAnswerLosesNoMessage() throws Exception {
        World world = new World();
        world.device(BOB);
        Set<String> asked = ConcurrentHashMap.newKeySet();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.setReplyTimeout(200);
            alice.connection.answerNothingTo(request -> isForBob(request) && asked.add(node(request)));

            alice.connection.sendStanza(message("m1"));
            alice.connection.sendStanza(message("m2"));

            assertThat(List.of(alice.nextHeard(), alice.nextHeard())).containsExactly("sent m1", "sent m2");
            assertThat(asked).as("lists and bundles").hasSizeGreaterThan(2);
        }
    }

    @Test
    void aServerThatNeverAnswersIsAskedThreeTimesAndThenEachMessageFailsOnce() throws Exception {
        World world = new World();
        world.device(BOB);
        List<String> asked = new CopyOnWriteArrayList<>();
        BlockingQueue<String> sentences = new LinkedBlockingQueue<>();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                    sentences.add(String.valueOf(why.getMessage()));
                }
            });
            alice.connection.setReplyTimeout(200);
            alice.connection.answerNothingTo(request -> isForBob(request) && asked.add(node(request)));

            alice.connection.sendStanza(message("m1"));
            alice.connection.sendStanza(message("m2"));

            assertThat(List.of(alice.nextHeard(), alice.nextHeard()))
                    .containsExactly("failed m1 DEVICE_LIST_UNKNOWN", "failed m2 DEVICE_LIST_UNKNOWN");
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(asked).as("two lists").hasSize(6);
            for (int i = 0; i < 2; i++) {
                assertThat(sentences.poll(30, TimeUnit.SECONDS)).contains("does not answer");
            }
        }
    }

    @Test
    void afterALoginThatResumesTheStreamTheTriesBeginAnew() throws Exception {
        World world = new World();
        world.device(BOB);
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.setReplyTimeout(200);
            alice.connection.answerNothingTo(request -> isForBob(request) && asked.add(node(request)));
            alice.connection.sendStanza(message("m1"));
            for (int i = 0; i < 4; i++) { // two lists, twice
                assertThat(asked.poll(30, TimeUnit.SECONDS)).isNotNull();
            }

            alice.connection.instantShutdown();
            alice.connection.resume();

            assertThat(alice.nextHeard()).isEqualTo("failed m1 DEVICE_LIST_UNKNOWN");
            assertThat(asked).as("two lists, three times").hasSizeGreaterThanOrEqualTo(6);
        }
    }

    /** Smack 4.4.8 would write the rest of it ahead of the header of the new stream. */
    @Test
    void aNewConnectionWaitsForASendThatHasBegun() throws Exception {
        World world = new World();
        world.device(BOB);
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            Thread reconnecting = new Thread(() -> {
                alice.connection.instantShutdown();
                order.add(connects(alice.connection));
            });
            alice.connection.shutTheQueueFor(stanza -> {
                if (stanza instanceof Message message && !Placeholder.isOn(message) && order.isEmpty()) {
                    begun.countDown();
                    awaitWaitingOrEnded(reconnecting);
                    order.add("sent");
                }
                return false;
            });
            alice.connection.sendStanza(message("m1"));
            begun.await();

            reconnecting.start();
            reconnecting.join();

            assertThat(order).containsExactly("sent", "connected");
        }
    }

    private static String connects(QuietConnection connection) {
        try {
            connection.connect();
            return "connected";
        } catch (Exception e) {
            return e.toString();
        }
    }

    private static void awaitWaitingOrEnded(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aServerThatAnswersWithAnErrorIsAskedOnce() throws Exception {
        World world = new World();
        List<String> asked = new CopyOnWriteArrayList<>();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.answerBy(request -> {
                if (isForBob(request)) {
                    asked.add(node(request));
                }
                return Optional.of(IQ.createErrorResponse(request, StanzaError.Condition.internal_server_error));
            });

            alice.connection.sendStanza(message("m1"));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 DEVICE_LIST_UNKNOWN");
            assertThat(asked).as("two lists").hasSize(2);
        }
    }

    /** It stalls for longer than three tries take. */
    @Test
    void aLinkOfOursThatStallsFailsNoMessage() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.setReplyTimeout(200);
            alice.connection.answerNothing();

            alice.connection.sendStanza(message("m1"));
            CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS)
                    .execute(() -> alice.connection.answerNothingTo(request -> false));

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    /** These pings ask whether a message came; those before it, whether a question did. @param lost which of the former meet a queue that is shut. */
    private static void pingsAfterTheMessage(TestClient alice, Predicate<Stanza> lost) {
        AtomicBoolean left = new AtomicBoolean();
        alice.connection.shutTheQueueFor(stanza -> {
            if (stanza instanceof Message message && TestClient.names(message).contains("encrypted")) {
                left.set(true);
            }
            return left.get() && stanza instanceof Ping && lost.test(stanza);
        });
    }

    private static boolean isForBob(IQ request) {
        return request.getTo() != null && request.getTo().toString().equals(BOB);
    }

    private static String node(IQ request) {
        return ReceivedElements.find(request, RawElement.class)
                .flatMap(RawElement::xml)
                .flatMap(items -> items.attribute("node"))
                .orElse("");
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
