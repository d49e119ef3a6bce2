/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;

/** A send from the thread that reads the stream would close the connection: it must be impossible, not just avoided. */
class WireTest {

    @Test
    void onlyTheWorkerSends() throws Exception {
        QuietConnection connection = TestClient.connect();
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        Worker worker = new Worker(failure::complete);
        Wire wire = new Wire(() -> connection, worker);
        Message message = StanzaBuilder.buildMessage("m").to("bob@example.org").build();

        assertThatThrownBy(() -> wire.send(message)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> wire.ping(came -> {})).isInstanceOf(IllegalStateException.class);
        assertThat(connection.sent()).noneMatch(Message.class::isInstance);

        worker.execute(() -> wire.send(message));
        assertThat(connection.sentMessage().getStanzaId()).isEqualTo("m");
        worker.close();
    }

    @Test
    void nothingLeavesBetweenTheGoodByeAndTheNextLogin() throws Exception {
        QuietConnection connection = TestClient.connect();
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        Worker worker = new Worker(failure::complete);
        Wire wire = new Wire(() -> connection, worker);
        Message message = StanzaBuilder.buildMessage("m").to("bob@example.org").build();

        wire.closing();
        worker.execute(() -> wire.send(message));

        assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(NotConnectedException.class);
        assertThat(wire.isOpen()).isFalse();
        wire.staying();
        worker.execute(() -> wire.send(message));
        assertThat(connection.sentMessage().getStanzaId()).isEqualTo("m");
        worker.close();
    }

    @Test
    void aPingIsAnsweredOverALinkThatIsSlowerThanSmacksTimeOut() throws Exception {
        QuietConnection connection = TestClient.connect();
        connection.setReplyTimeout(100);
        connection.answerNothingTo(request -> {
            CompletableFuture.delayedExecutor(250, TimeUnit.MILLISECONDS).execute(() -> connection.answer(request));
            return true;
        });
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        Worker worker = new Worker(answered::completeExceptionally);
        Wire wire = new Wire(() -> connection, worker);

        worker.execute(() -> wire.ping(answered::complete));

        assertThat(answered.get(30, TimeUnit.SECONDS)).isTrue();
        worker.close();
    }

    @Test
    void whoseSecondPingMeetsAnInterceptorThatThrowsIsToldOnceThatNoAnswerCame() throws Exception {
        QuietConnection connection = TestClient.connect();
        connection.setReplyTimeout(100);
        AtomicInteger pings = new AtomicInteger();
        connection.answerNothingTo(request -> {
            if (pings.incrementAndGet() == 2) {
                throw new IllegalStateException("thrown by the test");
            }
            return pings.get() == 1;
        });
        BlockingQueue<Exception> failures = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        Worker worker = new Worker(failures::add);
        Wire wire = new Wire(() -> connection, worker);

        worker.execute(() -> wire.ping(told::add));

        assertThat(told.poll(30, TimeUnit.SECONDS)).isFalse();
        assertThat(failures.poll(30, TimeUnit.SECONDS)).hasMessage("thrown by the test");
        worker.execute(() -> wire.ping(told::add));
        assertThat(told.poll(30, TimeUnit.SECONDS)).as("of the next one").isTrue();
        assertThat(told).isEmpty();
        worker.close();
    }

    @Test
    void aGoodByeCallsBackWhoStandsInAFullQueue() throws Exception {
        QuietConnection connection = TestClient.connect();
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch stands = new CountDownLatch(1);
        Worker worker = new Worker(failure::complete);
        Wire wire = new Wire(() -> connection, worker);
        Message message = StanzaBuilder.buildMessage("m").to("bob@example.org").build();
        connection.standsInTheQueue(stands);

        worker.execute(() -> wire.send(message));
        stands.await();
        wire.closing();
        worker.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));

        assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(NotConnectedException.class);
        assertThat(interrupted.get(30, TimeUnit.SECONDS))
                .as("the next task is interrupted")
                .isFalse();
        assertThat(connection.sent()).noneMatch(Message.class::isInstance);
        worker.close();
    }

    @Test
    void aTaskThatFailsIsReportedAndTheNextOneRuns() throws Exception {
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        CompletableFuture<String> next = new CompletableFuture<>();
        Worker worker = new Worker(failure::complete);

        worker.execute(() -> {
            throw new java.io.IOException("no");
        });
        worker.execute(() -> next.complete("ran"));

        assertThat(failure.get(30, TimeUnit.SECONDS)).hasMessage("no");
        assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo("ran");
        worker.close();
    }
}
