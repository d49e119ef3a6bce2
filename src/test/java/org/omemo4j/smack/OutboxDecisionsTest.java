/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;

/** A message that waits for a decision, a clock that the test turns, and trust messages in the same conversation. */
class OutboxDecisionsTest {
    private static final OmemoConfig CONFIG = World.CONFIG.withDecisionTimeout(Duration.ofMinutes(5));

    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.org");
    private final TestDevice laptop = world.device("bob@example.org");
    private final TestDevice desktop = world.device("bob@example.org");
    private final TestDevice tablet = world.device(TestClient.ALICE);
    private final TestDevice device = world.device(TestClient.ALICE, new MemoryStore(), CONFIG);

    private final BlockingQueue<Runnable> timers = new LinkedBlockingQueue<>();
    private final BlockingQueue<TrustRequest> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    private final Worker worker = new Worker(thrown::add);
    private QuietConnection connection;
    private Outbox outbox;
    private TrustRequest request;

    @BeforeEach
    void aMessageWaits() throws Exception {
        device.talksWith(bob);
        device.read(laptop.send(device, "hello"));
        device.read(desktop.send(device, "hello"));
        device.read(tablet.send(device, "hello"));
        device.decides(bob, Decision.VERIFY);
        device.sendParked();
        attempt(
                () -> device.engine()
                        .park(
                                bob.jid(),
                                "m1",
                                "<message xmlns='jabber:client' type='chat' id='m1' to='bob@example.org'><body>Hello</body></message>"));
        connection = TestClient.connect();
        connection.answerNothing();
        Reports reports = new Reports();
        reports.add(new OmemoListener() {
            @Override
            public void onDecisionNeeded(TrustRequest request) {
                asked.add(request);
            }

            @Override
            public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                failed.add(stanzaId + " " + why.reason());
            }
        });
        Account.Host host = new TestHost(() -> connection, new Rooms(room -> {}), this::timer, thrown::add);
        Wire wire = new Wire(() -> connection, worker);
        ActionRunner runner = TestHost.runner(device, worker, wire, reports, host);
        outbox = new Outbox(device.engine(), CONFIG, worker, wire, runner, reports, host);
        runner.tellOfRequests(outbox::asked);
        onWorker(() -> outbox.drain(bob.jid()));
        request = next(asked);
        assertThat(request.keys()).containsExactlyInAnyOrder(laptop.key(), desktop.key());
    }

    @AfterEach
    void nothingWasThrown() {
        worker.close();
        assertThat(thrown).isEmpty();
    }

    @Test
    void theTimeForARequestThatAnotherOneHasReplacedEndsNothing() throws Exception {
        Runnable first = next(timers);
        device.decides(laptop, Decision.TRUST);
        onWorker(() -> outbox.drain(bob.jid()));
        assertThat(next(asked).keys()).containsExactly(desktop.key());
        Runnable second = next(timers);

        first.run();
        onWorker(() -> {});
        assertThat(waiting()).containsExactly("m1");

        second.run();
        assertThat(next(failed)).isEqualTo("m1 UNDECIDED");
    }

    @Test
    void theTimeForADecisionGoesOnWhenATrustMessageOvertakes() throws Exception {
        Runnable timer = next(timers);
        device.decides(tablet, Decision.VERIFY);
        onWorker(() -> outbox.drain(bob.jid()));
        assertThat(connection.sentMessage().getTo().toString()).isEqualTo("bob@example.org");

        timer.run();

        assertThat(next(failed)).isEqualTo("m1 UNDECIDED");
    }

    @Test
    void aRefusalThrowsNoTrustMessageAway() throws Exception {
        device.decides(tablet, Decision.VERIFY);
        List<Long> all = numbers();
        assertThat(all).as("beside the message").hasSize(2);

        onWorker(() -> outbox.refuse(bob.jid(), all));

        assertThat(next(failed)).isEqualTo("m1 UNDECIDED");
        Message sent = connection.sentMessage();
        assertThat(sent.getTo().toString()).isEqualTo("bob@example.org");
        assertThat(TestClient.names(sent)).contains("encrypted");
    }

    @Test
    void aRefusalThatComesAfterTheDecisionFailsNothing() throws Exception {
        connection.instantShutdown();
        device.decides(laptop, Decision.TRUST);
        device.decides(desktop, Decision.DISTRUST);

        onWorker(() -> outbox.refuse(bob.jid(), numbers()));
        next(timers).run();
        onWorker(() -> {});

        assertThat(waiting()).containsExactly("m1");
        assertThat(failed).isEmpty();
    }

    @Test
    void aRequestIsOpenUntilItIsAnsweredEvenIfNothingCanLeaveYet() throws Exception {
        connection.instantShutdown();
        assertThat(open()).containsExactly(request);

        device.decides(laptop, Decision.TRUST);
        assertThat(open()).as("one device is left").containsExactly(request);

        onWorker(() -> outbox.sendWithout(request, numbers()));
        assertThat(open()).isEmpty();
        next(timers).run();
        onWorker(() -> {});
        assertThat(waiting()).as("without it").containsExactly("m1");
    }

    @Test
    void aRequestIsNotOpenAnyMoreWhenAllIsDecidedOrRefused() throws Exception {
        device.decides(laptop, Decision.TRUST);
        device.decides(desktop, Decision.TRUST);
        assertThat(open()).as("decided").isEmpty();

        device.undoes(desktop);
        assertThat(open()).as("undone").containsExactly(request);

        onWorker(() -> outbox.refuse(bob.jid(), numbers()));
        assertThat(next(failed)).isEqualTo("m1 UNDECIDED");
        assertThat(open()).as("refused").isEmpty();
    }

    private List<TrustRequest> open() {
        return attempt(() -> device.engine().trustRequests());
    }

    private List<Long> numbers() {
        return attempt(() -> device.engine().parked(bob.jid(), -1L)).stream()
                .map(ParkedRecord::number)
                .toList();
    }

    /** Does it there, and waits for it and for what was given before. */
    private void onWorker(Worker.Task task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        done.get(30, TimeUnit.SECONDS);
    }

    private List<String> waiting() {
        return attempt(() -> device.engine().parked()).stream()
                .filter(record -> !OmemoEngine.isTrustMessage(record))
                .map(ParkedRecord::stanzaId)
                .toList();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return Objects.requireNonNull(next);
    }

    /** Only the time for a decision is kept: what else is waited for does not end. */
    private void timer(Duration delay, Runnable task) {
        if (delay.equals(CONFIG.decisionTimeout().orElseThrow())) {
            timers.add(task);
        }
    }
}
