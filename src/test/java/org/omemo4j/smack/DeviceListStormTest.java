/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jivesoftware.smack.packet.IQ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;

/** Device list events that come faster than they can be handled. */
class DeviceListStormTest {
    private static final String BOB = "bob@example.org";
    private static final String DAVE = "dave@example.org";

    private final AtomicBoolean slow = new AtomicBoolean();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private TestClient alice;

    /** With a worker that is kept by the store while it handles an event of Carol's, who is a stranger. Bob and Dave are none. */
    @BeforeEach
    void keepTheWorker() throws Exception {
        Thread reader = Thread.currentThread();
        alice = TestClient.started(InterceptedStore.of(new MemoryStore(), method -> {
            if (slow.get() && method.equals("conversation") && Thread.currentThread() != reader) {
                busy.countDown();
                await(free);
            }
            return true;
        }));
        alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.REQUIRED);
        alice.omemo.setPolicy(TestClient.jid(DAVE), EncryptionPolicy.REQUIRED);
        awaitIdle();
        slow.set(true);
        publish("carol@example.org", 1);
        await(busy);
    }

    @AfterEach
    void end() {
        free.countDown();
        alice.close();
    }

    @Test
    void c8_ofAnAccountsEventsOnlyTheLastOneCounts() throws Exception {
        for (int device = 1; device <= 100; device++) {
            publish(BOB, device);
        }

        letTheWorkerGoOn();

        // Had one of the others been handled, its device would be known, if inactive.
        assertThat(alice.omemo.devices(TestClient.jid(BOB)))
                .singleElement()
                .satisfies(device ->
                        assertThat(device.address().device().toString()).contains("100"));
    }

    @Test
    void moreAccountsThanTheBoundAreNotKept() throws Exception {
        for (int i = 1; i < 10_000; i++) {
            publish("user" + i + "@example.org", 7);
        }
        publish(BOB, 7);
        publish(DAVE, 7);

        letTheWorkerGoOn();

        assertThat(alice.omemo.devices(TestClient.jid(BOB))).hasSize(1);
        assertThat(alice.omemo.devices(TestClient.jid(DAVE))).isEmpty();
    }

    @Test
    void c8_announcementsCostOneFetch() throws Exception {
        letTheWorkerGoOn();

        for (int i = 0; i < 50; i++) {
            event("<items node='urn:xmpp:omemo:2:devices'><item id='current'/></items>");
            awaitIdle();
        }

        assertThat(requestsToBob()).isEqualTo(1);
    }

    @Test
    void c8_bundlesThatComeAsEventsCostNothing() throws Exception {
        letTheWorkerGoOn();

        for (int i = 0; i < 300; i++) {
            event(
                    "<items node='urn:xmpp:omemo:2:bundles'><item id='7'><bundle xmlns='urn:xmpp:omemo:2'/></item></items>");
            event("<items node='eu.siacs.conversations.axolotl.bundles:7'><item id='current'>"
                    + "<bundle xmlns='eu.siacs.conversations.axolotl'/></item></items>");
        }
        awaitIdle();

        assertThat(requestsToBob()).isZero();
    }

    private void event(String what) throws Exception {
        alice.receives("<message xmlns='jabber:client' type='headline' from='" + BOB
                + "'><event xmlns='http://jabber.org/protocol/pubsub#event'>" + what + "</event></message>");
    }

    private long requestsToBob() {
        return alice.connection.sent().stream()
                .filter(stanza -> stanza instanceof IQ && TestClient.jid(BOB).equals(stanza.getTo()))
                .count();
    }

    private void publish(String account, int device) throws Exception {
        alice.receives("<message xmlns='jabber:client' type='headline' from='" + account
                + "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                + "<item id='current'><devices xmlns='urn:xmpp:omemo:2'><device id='" + device
                + "'/></devices></item></items></event></message>");
    }

    /** Until everything that waits now is done. */
    private void letTheWorkerGoOn() throws Exception {
        free.countDown();
        awaitIdle();
    }

    private void awaitIdle() throws Exception {
        assertThat(alice.omemo.awaitSent(Duration.ofSeconds(60))).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
