/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.PubSubRequests.FetchedItem;
import org.omemo4j.testkit.World;

/** What an answer says about an account: only the account itself can say that it has nothing. */
class PepFetcherTest {
    private static final BareJid BOB = TestClient.jid("bob@example.net");
    private static final String NODE = Omemo2.VERSION.nodes().deviceList();

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @CsvSource({
        "item-not-found, , nothing",
        "item-not-found, bob@example.net, nothing",
        "item-not-found, example.net, REMOTE_ERROR",
        "item-not-found, example.org, REMOTE_ERROR",
        "item-not-found, alice@example.org, REMOTE_ERROR",
        "item-not-found, bob@example.net/x, REMOTE_ERROR",
        "forbidden, , NO_ACCESS",
        "forbidden, example.org, NO_ACCESS",
        "not-authorized, , NO_ACCESS",
        "registration-required, , NO_ACCESS",
        "subscription-required, , NO_ACCESS",
        "not-allowed, , NO_ACCESS",
        "remote-server-timeout, example.org, NO_ANSWER",
        "remote-server-not-found, example.org, REMOTE_ERROR",
        "service-unavailable, , REMOTE_ERROR",
        "internal-server-error, bob@example.net, REMOTE_ERROR",
        "feature-not-implemented, , REMOTE_ERROR"
    })
    void onlyTheAccountItselfSaysThatItHasNothing(String condition, String generator, String outcome) throws Exception {
        StanzaError error = StanzaError.getBuilder(StanzaError.Condition.fromString(condition))
                .setErrorGenerator(generator)
                .build();

        assertThat(fetchList(request -> Optional.of(IQ.createErrorResponse(request, error))))
                .isEqualTo(outcome);
    }

    @Test
    void aNodeWithoutItemsIsNothing() throws Exception {
        assertThat(fetchList(request -> Optional.of(IQ.createResultIQ(request))))
                .isEqualTo("nothing");
    }

    @Test
    void whatIsPublishedIsFound() throws Exception {
        World world = new World();
        XmlElement list = world.putDeviceList(BOB);

        assertThat(fetchList(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer))
                .isEqualTo("found " + list.toXml());
    }

    @Test
    void c9_ofSeveralListsTheLastOneUnderTheExpectedIdCounts() {
        FetchedItem old = item("current", "old");
        FetchedItem other = item("x", "other");
        FetchedItem expected = item("current", "expected");

        assertThat(PepFetcher.newest(List.of(other, old, expected, other), "current"))
                .containsSame(expected);
        assertThat(PepFetcher.newest(List.of(other, item("y", "more")), "current"))
                .containsSame(other);
        assertThat(PepFetcher.newest(List.of(), "current")).isEmpty();
    }

    @Test
    void ourOwnNodesAreAskedForWithoutAnAddress() throws Exception {
        BareJid alice = TestClient.jid(TestClient.ALICE);
        CompletableFuture<Boolean> addressed = new CompletableFuture<>();

        fetchList(alice, request -> {
            if (request instanceof PubSub) {
                addressed.complete(request.getTo() != null);
            }
            return Optional.of(IQ.createResultIQ(request));
        });

        assertThat(addressed).isCompletedWithValue(false);
    }

    private static FetchedItem item(String id, String payload) {
        return new FetchedItem(
                Optional.of(id),
                Optional.of(XmlElement.builder(payload, "urn:example").build()),
                true,
                Optional.empty());
    }

    private interface Server {
        Optional<IQ> answer(IQ request);
    }

    private static String fetchList(Server server) throws Exception {
        return fetchList(BOB, server);
    }

    /** What the fetcher says of the list of an account, as text. */
    private static String fetchList(BareJid account, Server server) throws Exception {
        QuietConnection connection = TestClient.connect();
        connection.answerBy(server::answer);
        Told told = new Told(new CompletableFuture<>());
        Worker worker = new Worker(told.outcome::completeExceptionally);
        PepFetcher fetcher = new PepFetcher(new Wire(() -> connection, worker), TestClient.jid(TestClient.ALICE));
        worker.execute(() -> fetcher.list(account, NODE, "current", told));
        try {
            return told.outcome.get(30, TimeUnit.SECONDS);
        } finally {
            worker.close();
        }
    }

    private record Told(CompletableFuture<String> outcome) implements PepFetcher.Outcome {
        @Override
        public String questionId() {
            return "fetch";
        }

        @Override
        public void found(XmlElement payload) {
            outcome.complete("found " + payload.toXml());
        }

        @Override
        public void nothing() {
            outcome.complete("nothing");
        }

        @Override
        public void unknown(FetchProblem problem) {
            outcome.complete(problem.name());
        }

        @Override
        public void unanswered() {
            outcome.complete("unanswered");
        }

        @Override
        public void lost() {
            outcome.complete("lost");
        }
    }
}
