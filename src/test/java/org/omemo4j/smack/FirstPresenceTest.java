/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jivesoftware.smack.packet.IQ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** A server that tells of what we publish only the contacts whose presence it has sent to us; the test is the clock. */
class FirstPresenceTest {
    private static final String LIST = Omemo2.VERSION.nodes().deviceList();

    private final BlockingQueue<String> published = new LinkedBlockingQueue<>();
    private final List<Runnable> afterPresence = new ArrayList<>();
    private QuietConnection connection;
    private Account account;

    @BeforeEach
    void logIn() throws Exception {
        connection = TestClient.connect();
        connection.setReplyTimeout(30_000); // else what waits for an answer looks like what waits for contacts
        TestPep pep = new TestPep(new World(), TestClient.jid(TestClient.ALICE));
        connection.answerBy(request -> {
            note(request);
            return pep.answer(request);
        });
        MemoryStore store = new MemoryStore();
        store.lock();
        account = new Account(store, OmemoConfig.defaults(), new Reports(), host());
        account.open(TestClient.jid(TestClient.ALICE));
        account.loggedIn(false);
        awaitIdle();
    }

    @AfterEach
    void close() {
        account.close();
        connection.disconnect();
    }

    @Test
    void aListPublishedBeforeItIsPublishedAgainOnceContactsHaveAnsweredIt() throws Exception {
        account.presence(true);
        contactsAnswer();

        assertThat(published).filteredOn(LIST::equals).hasSize(2);
    }

    @Test
    void aListThatStoodAtTheLoginIsNot() throws Exception {
        account.presence(true);
        contactsAnswer();
        published.clear();

        account.loggedIn(false);
        account.presence(true);
        contactsAnswer();

        assertThat(published).isEmpty();
    }

    @Test
    void furtherPresencesOfAStreamAnnounceNothing() {
        account.presence(true);

        account.presence(true);

        assertThat(afterPresence).hasSize(1);
    }

    @Test
    void anotherLoginMeanwhileTakesItBack() throws Exception {
        account.presence(true);
        account.loggedIn(false);
        contactsAnswer();

        assertThat(published).filteredOn(LIST::equals).hasSize(1);
    }

    private void contactsAnswer() throws Exception {
        afterPresence.remove(0).run();
        awaitIdle();
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
                if (delay.equals(Account.CONTACTS_ANSWER)) {
                    afterPresence.add(task);
                }
                return () -> afterPresence.remove(task);
            }
        };
    }

    private void note(IQ request) {
        ReceivedElements.find(request, RawElement.class)
                .flatMap(RawElement::xml)
                .filter(asked -> asked.name().equals("publish"))
                .flatMap(asked -> asked.attribute("node"))
                .ifPresent(published::add);
    }
}
