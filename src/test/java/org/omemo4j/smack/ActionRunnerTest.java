/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Action.FetchBundle;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** When a question counts as not answered; the test is every server, and the timer rings at once. */
class ActionRunnerTest {
    private static final BareJid BOB = TestClient.jid("bob@example.net");
    private static final BareJid CAROL = TestClient.jid("carol@example.net");

    private final TestDevice device = new World().device(TestClient.ALICE);
    private final List<Exception> failures = new CopyOnWriteArrayList<>();
    private final Worker worker = new Worker(failures::add);
    private final BlockingQueue<IQ> pings = new LinkedBlockingQueue<>();
    private final BlockingQueue<IQ> questions = new LinkedBlockingQueue<>();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final Set<BareJid> ended = ConcurrentHashMap.newKeySet();
    private volatile boolean ownTimeEnds = true;
    private QuietConnection connection;
    private Wire wire;
    private ActionRunner runner;

    @BeforeEach
    void connect() throws Exception {
        connection = TestClient.connect();
        connection.setReplyTimeout(600_000);
        connection.answerNothingTo(request -> (request instanceof Ping ? pings : questions).add(request));
        wire = new Wire(() -> connection, worker);
        runner = new ActionRunner(
                device.engine(),
                worker,
                wire,
                new Reports(),
                device.jid(),
                new Alarm((delay, task) -> () -> {}, InstantSource.system(), () -> {}),
                (delay, task) -> {
                    delays.add(delay);
                    if (ownTimeEnds || delay.equals(Silence.PATIENCE)) {
                        task.run();
                    }
                    return () -> {};
                });
    }

    @AfterEach
    void close() {
        worker.close();
        connection.disconnect();
        assertThat(failures).isEmpty();
    }

    @Test
    void aServerThatHasAnsweredNothingIsSilent() throws Exception {
        fetch(BOB);
        ourServerAnswers();
        assertThat(ended).isEmpty();

        ourServerAnswers();

        awaitUntilEnded(BOB);
    }

    @Test
    void ourOwnListHasTheTimeThatSmackGivesIt() throws Exception {
        fetch(device.jid());
        run(() -> {});

        assertThat(pings).isEmpty();
        assertThat(delays).containsExactly(Duration.ofMinutes(10));
        awaitUntilEnded(device.jid());
    }

    @Test
    void soHaveTheBundlesOfOurOtherDevices() throws Exception {
        run(() -> runner.perform(
                List.of(new FetchBundle(new DeviceAddress(device.jid(), new DeviceId(4711)), Omemo2.VERSION)),
                () -> ended.add(device.jid())));

        assertThat(pings).isEmpty();
        assertThat(delays).containsExactly(Duration.ofMinutes(10));
        awaitUntilEnded(device.jid());
    }

    @Test
    void theyDoAlsoBesideAContactAtOurServerThatIsSilent() throws Exception {
        FetchBundle ours = new FetchBundle(new DeviceAddress(device.jid(), new DeviceId(4711)), Omemo2.VERSION);
        BareJid contact = TestClient.jid("bob@example.org");
        ownTimeEnds = false;
        run(() -> runner.perform(List.of(ours), () -> ended.add(device.jid())));
        fetch(contact);
        ourServerAnswers();

        ourServerAnswers();

        awaitUntilEnded(contact);
        assertThat(ended).doesNotContain(device.jid());
    }

    @Test
    void whatAMessageWaitsForIsAskedBeforeWhatNobodyWaitsFor() throws Exception {
        BareJid last = TestClient.jid("last@example.net");
        run(() -> {
            for (int i = 0; i < 2 * FetchQueue.AT_ONCE; i++) {
                runner.perform(
                        List.of(new FetchDeviceList(TestClient.jid("m" + i + "@example.net"), Omemo2.VERSION)),
                        () -> {});
            }
            List<Action> waitedFor = List.of(new FetchDeviceList(last, Omemo2.VERSION));
            runner.perform(waitedFor, () -> {});
            runner.performFirst(waitedFor, () -> {});
        });
        IQ first = questions.take();
        questions.clear();

        connection.answer(first);

        assertThat((Object) Objects.requireNonNull(questions.poll(30, TimeUnit.SECONDS))
                        .getTo())
                .isEqualTo(last);
    }

    @Test
    void whileOurOwnListIsAnErrorWeAreNotReady() throws Exception {
        ownTimeEnds = false;
        connection.answerNothingTo(request -> false);
        connection.answerBy(
                request -> Optional.of(IQ.createErrorResponse(request, StanzaError.Condition.internal_server_error)));
        runner.loggedIn(true);
        run(runner::announce);

        assertThat(runner.awaitReady(Duration.ofSeconds(30))).isFalse();
    }

    @Test
    void whateverStandsWhereOurOwnListShouldBeOursTakesItsPlace() throws Exception {
        World world = new World();
        TestPep server = new TestPep(world, device.jid());
        world.put(
                device.jid(),
                "urn:xmpp:omemo:2:devices",
                "current",
                XmlElement.builder("nonsense", "urn:x").build());
        ownTimeEnds = false;
        connection.answerNothingTo(request -> false);
        connection.answerBy(server::answer);
        runner.loggedIn(true);
        run(runner::announce);

        assertThat(runner.awaitReady(Duration.ofSeconds(30))).isTrue();
        assertThat(world.deviceList(device.jid()).contains(device.address().device()))
                .isTrue();
    }

    @Test
    void whileOurOwnListIsNotToldWeAreNotReady() throws Exception {
        connection.answerNothingTo(request -> {
            questions.add(request);
            return request.toXML().toString().contains("devices");
        });
        runner.loggedIn(true);
        run(runner::announce);

        assertThat(runner.awaitReady(Duration.ofSeconds(30))).isFalse();
    }

    @Test
    void aQuestionIsNotWaitedForAsLongAsItsServerAnswersOthers() throws Exception {
        fetch(BOB, CAROL);
        questions.take();
        IQ other = questions.take();
        for (int answers = 0; answers < 20 && !ended.contains(BOB); answers++) {
            connection.answer(other);
            awaitUntilEnded(CAROL);
            ended.remove(CAROL);
            fetch(CAROL);
            other = questions.take();
            ourServerAnswers();
        }

        awaitUntilEnded(BOB);
    }

    /** Each time that our server is asked, theirs has answered whatever else it was asked. */
    @Test
    void anAccountThatIsNeverAnsweredTakesNoOtherOfItsServerAlong() throws Exception {
        fetch(BOB);
        assertThat((Object) questions.take().getTo()).isEqualTo(BOB);
        BareJid[] others = IntStream.range(0, 20 * FetchQueue.AT_ONCE)
                .mapToObj(i -> TestClient.jid("m" + i + "@example.net"))
                .toArray(BareJid[]::new);
        fetch(others);
        Set<BareJid> answered = new HashSet<>();
        while (!ended.contains(BOB)) {
            answered.addAll(theirServerAnswers());
            ourServerAnswers();
        }

        assertThat(ended).containsAll(answered).hasSize(answered.size() + 1);
        assertThat(answered).hasSizeLessThan(others.length);
        for (int i = 0; i < others.length; i++) {
            answered.addAll(theirServerAnswers());
        }
        assertThat(answered).containsExactlyInAnyOrder(others);
    }

    /** All that it has been asked by now. @return about whom. */
    private Set<BareJid> theirServerAnswers() throws Exception {
        List<IQ> asked = new ArrayList<>();
        questions.drainTo(asked);
        Set<BareJid> answered = new HashSet<>();
        for (IQ question : asked) {
            connection.answer(question);
            BareJid account = question.getTo().asBareJid();
            awaitUntilEnded(account);
            answered.add(account);
        }
        return answered;
    }

    @Test
    void anAnswerToAnEarlierQuestionEndsTheWait() throws Exception {
        fetch(BOB);
        IQ first = questions.take();
        ourServerAnswers();
        ourServerAnswers();
        awaitUntilEnded(BOB);
        ended.clear();
        fetch(BOB);
        questions.take();

        connection.answer(first);

        awaitUntilEnded(BOB);
    }

    @Test
    void anAnswerThatTheWorkerHasNotHeardOfCounts() throws Exception {
        fetch(BOB);
        IQ question = questions.take();
        ourServerAnswers();
        awaitThatOurServerIsAsked();
        comesIn(question, BOB);

        ourServerAnswers();

        assertThat(ended).isEmpty();
    }

    @Test
    void whatIsNoAnswerButHasTheIdDoesNotCount() throws Exception {
        fetch(BOB);
        IQ question = questions.take();
        ourServerAnswers();
        awaitThatOurServerIsAsked();
        comesIn(question, CAROL);

        ourServerAnswers();

        awaitUntilEnded(BOB);
    }

    @Test
    void aServerThatHasAnsweredAnotherQuestionIsNotSilent() throws Exception {
        fetch(BOB, CAROL);
        questions.take();
        ourServerAnswers();
        connection.answer(questions.take());
        awaitUntilEnded(CAROL);

        ourServerAnswers();
        assertThat(ended).containsExactly(CAROL);

        ourServerAnswers();
        ourServerAnswers();
        awaitUntilEnded(BOB);
    }

    @Test
    void afterALoginTheSilenceBeginsAnew() throws Exception {
        fetch(BOB);
        pings.take();
        wire.loggedIn();
        run(() -> runner.announce());

        ourServerAnswers();
        ourServerAnswers();

        awaitUntilEnded(BOB);
    }

    /** At once. */
    private void fetch(BareJid... accounts) throws Exception {
        run(() -> {
            for (BareJid account : accounts) {
                runner.perform(List.of(new FetchDeviceList(account, Omemo2.VERSION)), () -> ended.add(account));
            }
        });
    }

    /** An answer to a ping is told on a thread of Smack's own. */
    private void ourServerAnswers() throws Exception {
        IQ ping = pings.poll(30, TimeUnit.SECONDS);
        assertThat(ping).as("a ping").isNotNull();
        CompletableFuture<Void> told = new CompletableFuture<>();
        CompletableFuture<IQ> sent = new CompletableFuture<>();
        run(
                () -> { // where all pings come from: between these lines there is no other one
                    Set<IQ> before = Set.copyOf(pings);
                    wire.ping(came -> told.complete(null));
                    pings.stream().filter(other -> !before.contains(other)).forEach(sent::complete);
                });
        IQ fence = sent.get(30, TimeUnit.SECONDS);
        pings.remove(fence);
        connection.answer(ping);
        connection.answer(fence);
        told.get(30, TimeUnit.SECONDS);
        run(() -> {});
        run(() -> {});
    }

    private void awaitThatOurServerIsAsked() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (pings.isEmpty() && System.nanoTime() < deadline) {
            run(() -> {});
        }
        assertThat(pings).isNotEmpty();
    }

    /** On the thread that reads the stream. */
    private void comesIn(IQ question, BareJid from) {
        IQ answer = IQ.createResultIQ(question);
        answer.setFrom(from);
        wire.received(answer);
    }

    private void awaitUntilEnded(BareJid account) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!ended.contains(account) && System.nanoTime() < deadline) {
            run(() -> {});
        }
        assertThat(ended).contains(account);
    }

    private void run(Worker.Task task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            task.run();
            done.complete(null);
        });
        done.get(30, TimeUnit.SECONDS);
    }
}
