/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counts as unanswered; the test is our server and the timer. */
class SilenceTest {
    private final ManualServer server = new ManualServer();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final List<String> unanswered = new CopyOnWriteArrayList<>();
    private final Silence<String> silence =
            new Silence<>(server.worker, server, server, open::contains, unanswered::addAll);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whatIsOpenOnceOurServerHasAnsweredAgainIsUnanswered() throws Exception {
        ask("answered", "silent");
        ourServerAnswers();
        patienceEnds();
        open.remove("answered");
        assertThat(unanswered).isEmpty();

        ourServerAnswers();

        assertThat(unanswered).containsExactly("silent");
    }

    @Test
    void whatMayNotHaveLeftUsIsNotCounted() throws Exception {
        ask("question");
        Wire.Echo behind = nextPing();
        assertThat(server.patience).isEmpty();

        server.answer(behind, true);

        assertThat(server.patience).hasSize(1);
    }

    @Test
    void whatIsAnsweredInTimeCostsOnePing() throws Exception {
        ask("question");
        ourServerAnswers();
        open.remove("question");

        patienceEnds();

        assertThat(server.pings).isEmpty();
        assertThat(unanswered).isEmpty();
    }

    @Test
    void whatIsAskedTogetherCostsOnePingAndWhatIsAskedMeanwhileOneMore() throws Exception {
        ask("one", "two");
        Wire.Echo first = nextPing();
        ask("three");
        ask("four");
        assertThat(server.pings).isEmpty();

        server.answer(first, true);
        ourServerAnswers();

        assertThat(server.pings).isEmpty();
        assertThat(server.patience).hasSize(2);
        patienceEnds();
        ourServerAnswers();
        assertThat(unanswered).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void anAnswerToAPingOfAnEarlierConnectionTellsNothing() throws Exception {
        ask("question");
        ourServerAnswers();
        patienceEnds();
        Wire.Echo earlier = nextPing();
        server.run(silence::startOver);

        server.answer(earlier, true);

        assertThat(unanswered).isEmpty();
        ask("question");
        ourServerAnswers();
        patienceEnds();
        ourServerAnswers();
        assertThat(unanswered).containsExactly("question");
    }

    @Test
    void whatCannotBeFoundOutForWantOfAConnectionIsFoundOutWithTheNextQuestion() throws Exception {
        server.connected = false;
        ask("first");
        server.connected = true;
        ask("second");
        server.answer(nextPing(), false);
        ask("third");
        ourServerAnswers();
        patienceEnds();

        ourServerAnswers();

        assertThat(unanswered).containsExactlyInAnyOrder("first", "second", "third");
    }

    @Test
    void whatThrowsWhileOurServerIsAskedEndsNothing() throws Exception {
        server.broken = true;
        ask("first");
        server.broken = false;
        assertThat(server.failures).hasSize(1);
        server.failures.clear();
        ask("second");
        ourServerAnswers();
        patienceEnds();

        ourServerAnswers();

        assertThat(unanswered).containsExactlyInAnyOrder("first", "second");
    }

    private void ask(String... questions) throws Exception {
        open.addAll(List.of(questions));
        server.run(() -> List.of(questions).forEach(silence::watch));
    }

    private void patienceEnds() throws Exception {
        server.patienceEnds();
    }

    private Wire.Echo nextPing() {
        return server.pings.remove();
    }

    private void ourServerAnswers() throws Exception {
        server.answer(nextPing(), true);
    }
}
