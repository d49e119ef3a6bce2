/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** Messages that wait leave the store only when the server has them. */
class OutboxTest {
    private static final String BOB = "bob@example.org";

    @Test
    void aMessageWaitsUntilTheServerHasAnsweredAndGoesAgainAsItWas() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.setReplyTimeout(200);
            alice.connection.answerNothingTo(Ping.class::isInstance);
            alice.connection.sendStanza(message());
            String first = alice.sentBesideThePlaceholder().toXML().toString();

            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(2))).as("sent").isFalse();
            assertThat(alice.omemo.waiting())
                    .singleElement()
                    .satisfies(waiting -> assertThat(waiting.stanzaId()).isEqualTo("m1"));
            assertThat(alice.heard).as("reports").isEmpty();

            alice.connection.answerNothingTo(request -> false);
            alice.connection.sendStanza(StanzaBuilder.buildPresence()
                    .ofType(Presence.Type.available)
                    .build());

            assertThat(alice.sent().toXML().toString()).as("the repeat").isEqualTo(first);
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).as("sent").isTrue();
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void aMessageThatEndsTheConnectionEachTimeFailsAfterFiveTimes() throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.setReplyTimeout(200);
            alice.connection.answerNothingTo(Ping.class::isInstance);
            alice.connection.sendStanza(message());
            alice.sentBesideThePlaceholder();

            for (int again = 0; again < 5; again++) {
                alice.connection.instantShutdown();
                alice.connection.connect();
                alice.connection.login();
                assertThat(alice.sent().getStanzaId()).as("the repeat").isEqualTo("m1");
            }
            alice.connection.instantShutdown();
            alice.connection.connect();
            alice.connection.login();

            assertThat(alice.nextHeard()).isEqualTo("failed m1 NOT_ACCEPTED");
            assertThat(alice.omemo.waiting()).isEmpty();
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

            alice.connection.sendStanza(message());

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

    private static Message message() throws Exception {
        return StanzaBuilder.buildMessage("m1")
                .to(BOB)
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build();
    }
}
