/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What a start, an end and a new start do to what was under way. */
class StartAndStopTest {
    private static final BareJid BOB = TestClient.jid("bob@example.org");
    private static final BareJid CAROL = TestClient.jid("carol@example.org");

    private final World world = new World();

    @Test
    void anEventThatWasNotHandledBeforeTheEndDoesNotHideTheNextOne() throws Exception {
        TestDevice carol = world.device(CAROL.toString());
        MemoryStore store = new MemoryStore();
        try (TestClient alice = TestClient.started(world, store)) {
            CountDownLatch never = busy(alice);
            alice.omemo.prepare(BOB); // the worker waits from now on
            alice.receives(listOf(carol));
            alice.omemo.stop();
            alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
            never.countDown();
            alice.omemo.start(store);

            alice.receives(listOf(carol));

            alice.omemo.prepare(BOB).get(30, TimeUnit.SECONDS); // after the event
            assertThat(alice.omemo.devices(CAROL)).hasSize(1);
        }
    }

    @Test
    void whoWaitsForAPreparationIsLetGoAtTheEnd() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.connection.answerNothing();
            CompletableFuture<Void> prepared = alice.omemo.prepare(BOB);

            alice.omemo.stop();

            assertThat(prepared).succeedsWithin(30, TimeUnit.SECONDS);
            assertThatThrownBy(() -> alice.omemo.prepare(BOB)).isInstanceOf(OmemoException.class);
        }
    }

    @Test
    void betweenTheStartAndTheLoginTheManagerAnswers() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        OmemoManager omemo = OmemoManager.getInstanceFor(connection);
        omemo.start(new MemoryStore());

        omemo.setPolicy(BOB, EncryptionPolicy.OFF);

        assertThat(omemo.policy(BOB)).isEqualTo(EncryptionPolicy.OFF);
        assertThat(omemo.policy(CAROL)).isEqualTo(EncryptionPolicy.REQUIRED);
        assertThat(omemo.devices(BOB)).isEmpty();
        assertThat(omemo.waiting()).isEmpty();
        int device = omemo.ownDevice().address().device().value();
        connection.connect();
        connection.login();
        assertThat(omemo.policy(BOB)).isEqualTo(EncryptionPolicy.OFF);
        assertThat(omemo.ownDevice().address().device().value()).isEqualTo(device);
        omemo.stop();
        assertThatThrownBy(() -> omemo.policy(BOB))
                .isInstanceOf(OmemoException.class)
                .hasMessageContaining("call start(store) again");
    }

    /** From now on a request keeps its sender waiting. */
    private CountDownLatch busy(TestClient alice) {
        CountDownLatch never = new CountDownLatch(1);
        alice.connection.answerBy(request -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("stopped", e);
            }
            return new TestPep(world, TestClient.jid(TestClient.ALICE)).answer(request);
        });
        return never;
    }

    private String listOf(TestDevice device) {
        XmlElement list =
                world.item(device.jid(), "urn:xmpp:omemo:2:devices", "current").orElseThrow();
        return "<message xmlns='jabber:client' from='" + device.jid()
                + "'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
                + "<items node='urn:xmpp:omemo:2:devices'><item id='current'>" + list.toXml()
                + "</item></items></event></message>";
    }
}
