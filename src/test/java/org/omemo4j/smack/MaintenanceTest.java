/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;

/** What is done from time to time, and when; the test is the clock. */
class MaintenanceTest {
    private static final String LIST = Omemo2.VERSION.nodes().deviceList();

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final List<Planned> planned = new ArrayList<>();
    private QuietConnection connection;
    private Account account;

    private record Planned(Duration delay, Runnable task) {}

    @BeforeEach
    void open() throws Exception {
        connection = TestClient.connect();
        connection.answerBy(this::note);
        MemoryStore store = new MemoryStore();
        store.lock();
        account = new Account(store, OmemoConfig.defaults(), new Reports(), host());
        account.open(TestClient.jid(TestClient.ALICE));
    }

    @AfterEach
    void close() {
        account.close();
        connection.disconnect();
    }

    @Test
    void nothingIsPlannedBeforeTheLogin() {
        assertThat(planned).isEmpty();
    }

    @Test
    void theFirstTimeCountsFromTheLogin() {
        account.loggedIn(false);

        assertThat(planned).extracting(Planned::delay).containsExactly(Duration.ofMinutes(10));
    }

    @Test
    void itGoesOnEveryHour() {
        account.loggedIn(false);

        elapse();
        elapse();

        assertThat(planned).extracting(Planned::delay).containsExactly(Duration.ofHours(1));
    }

    @Test
    void aLoginBeginsTheCountAgain() {
        account.loggedIn(false);
        elapse();

        account.loggedIn(false);

        assertThat(planned).extracting(Planned::delay).containsExactly(Duration.ofMinutes(10));
    }

    @Test
    void aResumedStreamDoesNot() {
        account.loggedIn(false);
        elapse();

        account.loggedIn(true);

        assertThat(planned).extracting(Planned::delay).containsExactly(Duration.ofHours(1));
    }

    @Test
    void whatWasDueAtTheMomentOfALoginIsNotDone() throws Exception {
        account.loggedIn(false);
        Planned before = planned.get(0);
        account.loggedIn(false);
        awaitIdle();
        asked.clear();

        before.task().run();

        awaitIdle();
        assertThat(asked).isEmpty();
        assertThat(planned).hasSize(1);
    }

    @Test
    void asksForOurListUntilItIsKnownToBeThere() throws Exception {
        account.loggedIn(false);
        awaitIdle();
        asked.clear();

        elapse();

        assertThat(asked.poll(30, TimeUnit.SECONDS)).isEqualTo(LIST);
    }

    @Test
    void withoutAConnectionNothingIsDoneButItGoesOn() throws Exception {
        account.loggedIn(false);
        awaitIdle();
        asked.clear();
        connection.disconnect();

        elapse();

        awaitIdle();
        assertThat(asked).isEmpty();
        assertThat(planned).hasSize(1);
    }

    @Test
    void afterTheEndItDoesNotGoOn() {
        account.loggedIn(false);

        account.close();

        assertThat(planned).isEmpty();
    }

    /** The time comes for what is planned. */
    private void elapse() {
        planned.remove(0).task().run();
    }

    /** What was due before is done. */
    private void awaitIdle() throws Exception {
        account.opened().orElseThrow().runner().awaitReady(Duration.ofSeconds(30));
        account.awaitSent(Duration.ofSeconds(30));
    }

    private Account.Host host() {
        return new Account.Host() {
            @Override
            public Rooms rooms() {
                return new Rooms(room -> {});
            }

            @Override
            public QuietConnection connection() {
                return connection;
            }

            @Override
            public void failed(Exception cause) {}

            @Override
            public Runnable after(Duration delay, Runnable task) {
                Planned plan = new Planned(delay, task);
                if (delay.compareTo(Maintenance.FIRST) >= 0) { // the rest is for others
                    planned.add(plan);
                }
                return () -> planned.remove(plan);
            }
        };
    }

    private Optional<IQ> note(IQ request) {
        ReceivedElements.find(request, RawElement.class)
                .flatMap(RawElement::xml)
                .flatMap(items -> items.attribute("node"))
                .ifPresent(asked::add);
        return Optional.empty();
    }
}
