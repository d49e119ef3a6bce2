/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two people who go on talking. */
@OnServer
class ConversationIT {
    private static final int COUNT = 200;

    @Test
    void twoHundredMessagesEachWayArriveInOrder(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        // Both begin at once, each as the other's stranger: the first ones wait, the others must not overtake them.
        CompletableFuture<Void> fromAlice = CompletableFuture.runAsync(() -> sendAll(alice, bob, "a"));
        CompletableFuture<Void> fromBob = CompletableFuture.runAsync(() -> sendAll(bob, alice, "b"));
        CompletableFuture.allOf(fromAlice, fromBob).join();

        assertThat(bob.inbox().awaitBodies(COUNT)).isEqualTo(bodies("a"));
        assertThat(alice.inbox().awaitBodies(COUNT)).isEqualTo(bodies("b"));
        for (Client client : List.of(alice, bob)) {
            assertThat(client.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
            assertThat(client.outcomes().of(Outcomes.Duplicate.class)).isEmpty();
            assertThat(client.wire().raw()).doesNotContain("<body");
        }
    }

    @Test
    void everyMessageSentIsReportedWithItsDevices(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        alice.send(bob, "waits first");
        alice.outcomes().await(Outcomes.Sent.class, sent -> sent.message().waited());
        bob.reads(alice, "waits first");
        alice.send(bob, "goes at once");

        Outcomes.Sent sent = alice.outcomes()
                .await(Outcomes.Sent.class, outcome -> !outcome.message().waited());
        assertThat(sent.message().to().toString()).isEqualTo(bob.jid().toString());
        assertThat(sent.message().devices())
                .singleElement()
                .matches(device -> device.device().value() == bob.deviceId());
        assertThat(sent.message().leftOut()).isEmpty();
        assertThat(bob.reads(alice, "goes at once").getStanzaId())
                .isEqualTo(sent.message().stanzaId());
    }

    @Test
    void aMessageSentWhileTheOtherIsOfflineIsReadAtLogin(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        bob.disconnect();
        alice.send(bob, "while you were out");
        alice.send(bob, "and another one");
        alice.awaitSent();
        bob.login();

        bob.reads(alice, "and another one");
        assertThat(bob.bodies()).containsExactly("while you were out", "and another one");
    }

    @Test
    void preparingFetchesAheadSoThatNothingWaits(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        alice.omemo().prepare(bob.jid()).join();
        alice.send(bob, "no waiting");

        bob.reads(alice, "no waiting");
        assertThat(alice.outcomes().await(Outcomes.Sent.class).message().waited())
                .isFalse();
        assertThat(alice.wire().messagesSent()).noneMatch(WireLog.Line::isHeadline);
    }

    private static void sendAll(Client from, Client to, String name) {
        bodies(name).forEach(body -> from.send(to, body));
    }

    private static List<String> bodies(String name) {
        return IntStream.range(0, COUNT).mapToObj(i -> name + i).toList();
    }
}
