/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.IncomingMessage;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Whether the engine is woken for what a message has put off; the test is the timer. */
class WakingTest {
    private final World world = new World();
    private final List<Planned> planned = new CopyOnWriteArrayList<>();
    private TestDevice bob;
    private QuietConnection connection;
    private Account account;

    /** What the timer is asked for. */
    private record Planned(Duration delay, Runnable task) {}

    @BeforeEach
    void open() throws Exception {
        MemoryStore store = new MemoryStore();
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        bob = world.device("bob@example.org");
        store.close();
        store.lock();
        connection = TestClient.connect();
        connection.answerNothing(); // else what follows on an error may set the timer, too
        account = new Account(store, OmemoConfig.defaults(), new Reports(), host());
        account.open(TestClient.jid(TestClient.ALICE));
    }

    @AfterEach
    void close() {
        account.close();
        connection.disconnect();
    }

    @Test
    void c8_aListThatWasAskedForJustNowIsAskedForAgainWhenItsTimeHasCome() throws Exception {
        Decryption first = read("one");
        assertThat(first.reaction().actions()).as("the list is asked for").isNotEmpty();
        assertThat(planned).isEmpty();

        Decryption second = read("two");

        assertThat(second.reaction().actions()).isEmpty();
        assertThat(planned)
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.delay()).isLessThan(Duration.ofSeconds(61)));
    }

    @Test
    void whatRangWhileTheConnectionWasGoneIsLookedAtWhenTheStreamIsResumed() throws Exception {
        account.loggedIn(false);
        awaitWorker(); // what is due after a login forgets what was asked before
        read("one");
        List<Planned> others = List.copyOf(planned);
        read("two");
        Planned alarm = planned.stream()
                .filter(some -> !others.contains(some))
                .findFirst()
                .orElseThrow();

        account.presence(false); // the connection closes
        planned.remove(alarm);
        alarm.task().run();
        awaitWorker();
        assertThat(planned).hasSameElementsAs(others);

        account.loggedIn(true);
        awaitWorker();

        assertThat(planned).hasSize(others.size() + 1);
    }

    /** A message of a device that is on no list that we know, and what follows on it. */
    private Decryption read(String text) throws Exception {
        Letter letter = bob.send(TestClient.jid(TestClient.ALICE), text);
        Decryption decryption = account.opened()
                .orElseThrow()
                .engine()
                .decrypt(new IncomingMessage(
                        letter.from(), letter.to(), letter.encrypted(), Delivery.LIVE, Optional.empty()));
        account.follow(decryption.reaction());
        awaitWorker();
        return decryption;
    }

    private void awaitWorker() throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        account.later(open -> done.complete(true));
        done.get(30, TimeUnit.SECONDS);
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
                Planned added = new Planned(delay, task);
                if (!delay.equals(Duration.ofMillis(connection.getReplyTimeout()))) { // what waits for an answer
                    planned.add(added);
                }
                return () -> planned.remove(added);
            }
        };
    }
}
