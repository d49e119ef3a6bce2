/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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

/** What is done from time to time. */
class MaintenanceTest {
    private static final String LIST = Omemo2.VERSION.nodes().deviceList();

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private QuietConnection connection;
    private Account account;

    @BeforeEach
    void open() throws Exception {
        connection = TestClient.connect();
        connection.answerBy(this::note);
        MemoryStore store = new MemoryStore();
        store.lock();
        account = new Account(store, OmemoConfig.defaults(), new Reports(), () -> connection, cause -> {});
        account.open(TestClient.jid(TestClient.ALICE));
    }

    @AfterEach
    void close() {
        account.close();
        connection.disconnect();
    }

    @Test
    void asksForOurListUntilItIsKnownToBeThere() throws Exception {
        assertThat(account.maintain()).as("goes on").isTrue();

        assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo(LIST);
    }

    @Test
    void withoutAConnectionNothingIsDoneButItGoesOn() throws Exception {
        connection.disconnect();

        assertThat(account.maintain()).as("goes on").isTrue();

        assertThat(account.awaitSent(Duration.ofSeconds(10))).as("sent").isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void afterTheEndItDoesNotGoOn() {
        account.close();

        assertThat(account.maintain()).as("goes on").isFalse();
        assertThat(asked).isEmpty();
    }

    private Optional<IQ> note(IQ request) {
        ReceivedElements.find(request, RawElement.class)
                .flatMap(RawElement::xml)
                .flatMap(items -> items.attribute("node"))
                .ifPresent(asked::add);
        return Optional.empty();
    }
}
