/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Stream management (XEP-0198): the stanzas that Smack sends again are the encrypted ones, and each is read once. */
@OnServer
class ResumptionIT {
    @Test
    void messagesEachWayDuringACutAreReadOnceAfterResumption(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        haveASession(alice, bob);

        bob.cut();
        List<String> toBob = numbered("to bob");
        List<String> toAlice = numbered("to alice");
        toBob.forEach(body -> alice.send(bob, body));
        toAlice.forEach(body -> bob.send(alice, body));
        // ejabberd mixes up what comes for a stream while that is being resumed.
        assertThat(alice.isAlive()).as("the server has all of Alice's").isTrue();
        assertThat(bob.connect()).as("resumed").isTrue();

        bob.inbox().await(last(toBob));
        alice.inbox().await(last(toAlice));
        assertThat(bob.bodies()).containsSubsequence(toBob).doesNotHaveDuplicates();
        assertThat(alice.bodies()).containsSubsequence(toAlice).doesNotHaveDuplicates();
        assertWireIsClean(alice, bob);
    }

    @Test
    void whatTheServerHadNotConfirmedGoesAgainAsTheSameCiphertext(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        haveASession(alice, bob);

        List<String> bodies = numbered("cut short");
        bodies.forEach(body -> bob.send(alice, body));
        bob.cut();
        assertThat(bob.connect()).as("resumed").isTrue();

        alice.inbox().await(last(bodies));
        assertThat(alice.bodies()).containsSubsequence(bodies).doesNotHaveDuplicates();
        assertThat(bob.wire().encryptedSent().stream()
                        .map(line -> line.attribute("id").orElseThrow())
                        .distinct()
                        .map(id -> bob.wire().encryptedSent().stream()
                                .filter(line ->
                                        line.attribute("id").orElseThrow().equals(id))
                                .map(WireLog.Line::xml)
                                .distinct()
                                .count()))
                .containsOnly(1L);
        assertWireIsClean(alice, bob);
    }

    @Test
    void aStreamThatTheServerForgotIsReplacedAndNothingIsReadTwice(World world) {
        Client alice = world.person("alice");
        Client bob = world.client(world.account("bob")).resource("taken").open();
        haveASession(alice, bob);

        List<String> bodies = numbered("before the loss");
        bodies.forEach(body -> bob.send(alice, body));
        bob.cut();
        // Another client takes the resource: the server drops the stream that could have been resumed.
        Client thief = world.client(bob.account())
                .start(ClientBuilder.Start.NEVER)
                .resource("taken")
                .open();
        thief.disconnect();
        assertThat(bob.connect()).as("resumed").isFalse();
        bob.awaitReady();
        bob.send(alice, "and after it");

        alice.inbox().await("and after it");
        assertThat(alice.bodies()).containsSubsequence(bodies).doesNotHaveDuplicates();
        assertWireIsClean(alice, bob);
    }

    private static void haveASession(Client alice, Client bob) {
        alice.send(bob, "a first one");
        bob.reads(alice, "a first one");
        bob.send(alice, "an answer");
        alice.reads(bob, "an answer");
        Await.until("stream management", () -> bob.connection().isSmResumptionPossible());
    }

    private static List<String> numbered(String text) {
        return IntStream.range(0, 5).mapToObj(i -> text + " " + i).toList();
    }

    private static String last(List<String> bodies) {
        return bodies.get(bodies.size() - 1);
    }

    private static void assertWireIsClean(Client... clients) {
        for (Client client : clients) {
            assertThat(client.wire().raw()).doesNotContain("<body");
            assertThat(client.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
        }
    }
}
