/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.World;

/** Work on our own nodes that a lost connection interrupts, or that a resumed one would leave out, is done in the end. */
class InterruptedWorkTest {
    private static final String DEVICES = "urn:xmpp:omemo:2:devices";

    private final World world = new World();

    @Test
    void aPublicationThatMeetsAShutQueueIsMadeAfterTheNextLogin() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            CompletableFuture<Void> met = new CompletableFuture<>();
            alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
            alice.connection.shutTheQueueFor(stanza ->
                    stanza instanceof PubSub && stanza.toXML().toString().contains("<publish ") && met.complete(null));
            alice.omemo.start(new MemoryStore());
            met.join();

            alice.connection.instantShutdown();
            alice.connection.connect();
            alice.connection.login();

            assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aStreamFromBeforeTheStartThatIsResumedAnnouncesUsAndReportsWhatMayBeMissed() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            AtomicBoolean told = new AtomicBoolean();
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onMessagesMayHaveBeenMissed() {
                    told.set(true);
                }
            });
            alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
            alice.connection.instantShutdown();
            alice.omemo.start(new MemoryStore());

            alice.connection.resume();

            assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(told).isTrue();
        }
    }

    @Test
    void aPublicationThatThrowsIsMadeAfterTheNextLogin() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
            CompletableFuture<Void> met = new CompletableFuture<>();
            alice.connection.shutTheQueueFor(
                    stanza -> throwOnce(stanza.toXML().toString().contains("<publish "), met));
            alice.omemo.start(new MemoryStore());
            met.join();

            alice.connection.instantShutdown();
            alice.connection.connect();
            alice.connection.login();

            assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void whoWaitsForAPublicationThatThrowsIsToldAtOnce() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
            CompletableFuture<Void> met = new CompletableFuture<>();
            alice.connection.shutTheQueueFor(
                    stanza -> throwOnce(stanza.toXML().toString().contains("<publish "), met));
            alice.omemo.start(new MemoryStore());

            assertThat(readiness(alice).get(30, TimeUnit.SECONDS)).isFalse();
            assertThat(met).isCompleted();
        }
    }

    @Test
    void whoWaitsForAPublicationThatMeetsABrokenStoreIsToldAtOnce() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            AtomicBoolean broken = new AtomicBoolean();
            TestPep server = new TestPep(world, TestClient.jid(TestClient.ALICE));
            alice.connection.answerBy(request -> {
                broken.compareAndSet(false, request.toXML().toString().contains("<publish "));
                return server.answer(request);
            });
            alice.omemo.start(InterceptedStore.of(new MemoryStore(), method -> {
                if (broken.get() && method.equals("commit")) {
                    throw new StoreException("broken by the test");
                }
                return true;
            }));

            assertThat(readiness(alice).get(30, TimeUnit.SECONDS)).isFalse();
        }
    }

    private static CompletableFuture<Boolean> readiness(TestClient alice) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return alice.omemo.awaitReady(Duration.ofHours(1));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whoWaitsForARequestThatThrowsGoesOn() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            CompletableFuture<Void> met = new CompletableFuture<>();
            alice.connection.shutTheQueueFor(stanza -> throwOnce(
                    stanza.getTo() != null && stanza.getTo().toString().equals("bob@example.org"), met));

            alice.omemo.prepare(TestClient.jid("bob@example.org")).get(30, TimeUnit.SECONDS);

            assertThat(met).isCompleted();
        }
    }

    @Test
    void aPublicationThatMeetsAShutQueueIsMadeWhenTheStreamIsResumed() throws Exception {
        assertAnnouncedByResuming("<publish ");
    }

    @Test
    void ourListThatCouldNotBeAskedForIsAskedForWhenTheStreamIsResumed() throws Exception {
        assertAnnouncedByResuming("<items ");
    }

    private void assertAnnouncedByResuming(String lost) throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
            CompletableFuture<Void> met = new CompletableFuture<>();
            alice.connection.shutTheQueueFor(stanza -> {
                String xml = stanza.toXML().toString();
                return xml.contains(lost) && xml.contains(DEVICES) && met.complete(null);
            });
            alice.omemo.start(new MemoryStore());
            met.join();
            assertThat(alice.omemo.awaitReady(Duration.ofMillis(300)))
                    .as("ready without our list")
                    .isFalse();

            alice.connection.instantShutdown();
            alice.connection.resume();

            assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(world.item(TestClient.jid(TestClient.ALICE), DEVICES, "current")
                            .orElseThrow()
                            .toXml())
                    .contains(alice.omemo.ownDevice().address().device().toString());
        }
    }

    /** As something of the application's that is called while a stanza is sent. */
    private static boolean throwOnce(boolean applies, CompletableFuture<Void> met) {
        if (applies && met.complete(null)) {
            throw new IllegalStateException("thrown by the test");
        }
        return false;
    }
}
