/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;

/** A trust message that reaches nobody, and what goes past it. */
class KeptTrustMessagesTest {
    private final World world = new World();
    private final TestDevice carol = world.device("carol@example.net");
    private final TestDevice tablet = world.device(TestClient.ALICE);
    private final TestDevice device = world.device(TestClient.ALICE);

    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    private final Worker worker = new Worker(thrown::add);
    private QuietConnection connection;
    private Outbox outbox;

    @BeforeEach
    void oneReachesNobody() throws Exception {
        world.refuse("carol@example.net", FetchProblem.REMOTE_ERROR);
        device.read(tablet.send(device, "hello"));
        device.decides(carol, Decision.VERIFY);
        device.decides(tablet, Decision.VERIFY);
        connection = TestClient.connect();
        connection.answerBy(new TestPep(world, device.jid())::answer);
        Reports reports = new Reports();
        reports.add(new OmemoListener() {
            @Override
            public void onSent(SentMessage message) {
                sent.add(message.stanzaId());
            }
        });
        Account.Host host = new TestHost(() -> connection, new Rooms(room -> {}), (delay, task) -> {}, thrown::add);
        Wire wire = new Wire(() -> connection, worker);
        ActionRunner runner = TestHost.runner(device, worker, wire, reports, host);
        outbox = new Outbox(device.engine(), World.CONFIG, worker, wire, runner, reports, host);
        runner.tellOfTrust(() -> worker.execute(outbox::drainAll));
        worker.execute(outbox::drainAll);
        assertThat(outbox.awaitEmpty(Duration.ofSeconds(30))).isTrue();
        assertThat(toCarol()).as("kept").isEmpty();
        world.allow("carol@example.net");
        world.clock().advance(Duration.ofMinutes(5));
    }

    @AfterEach
    void nothingWasThrown() {
        worker.close();
        connection.disconnect();
        assertThat(thrown).isEmpty();
    }

    @Test
    void itLeavesThoughALaterMessageIsInTheStream() throws Exception {
        attempt(
                () -> device.engine()
                        .park(
                                carol.jid(),
                                "m1",
                                "<message xmlns='jabber:client' type='chat' id='m1' to='carol@example.net'><body>Hello</body></message>"));
        onWorker(() -> outbox.drain(carol.jid()));
        assertThat(sent.poll(30, TimeUnit.SECONDS)).isEqualTo("m1");

        onWorker(() -> outbox.conversationChanged(carol.jid()));

        assertThat(outbox.awaitEmpty(Duration.ofSeconds(30))).isTrue();
        assertThat(attempt(() -> device.engine().parked())).isEmpty();
    }

    @Test
    void itLeavesWhenAPersonHasDecided() throws Exception {
        onWorker(outbox::decided);

        assertThat(outbox.awaitEmpty(Duration.ofSeconds(30))).isTrue();
        assertThat(attempt(() -> device.engine().parked())).isEmpty();
        assertThat(toCarol()).isNotEmpty();
    }

    private List<Message> toCarol() {
        return connection.sent().stream()
                .filter(Message.class::isInstance)
                .map(Message.class::cast)
                .filter(message -> message.getTo() != null
                        && carol.jid().equals(message.getTo().asBareJid()))
                .toList();
    }

    private void onWorker(Worker.Task task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            task.run();
            done.complete(null);
        });
        done.get(30, TimeUnit.SECONDS);
    }
}
