/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Bob's store at Alice's connection. */
class StoreOfAnotherAccountTest {
    private static final String BOB = "bob@example.org";

    @Test
    void isRefusedAtTheStartBeforeTheLoginAndLeftAsItWas() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");

        assertIsRefused(OmemoManager.getInstanceFor(connection));
    }

    @Test
    void isRefusedAtTheStartAfterTheLoginAndLeftAsItWas() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            assertIsRefused(alice.omemo);
        }
    }

    @Test
    void aNewStoreBelongsToWhoLogsInAndNotToWhoWasExpected() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        OmemoManager omemo = OmemoManager.getInstanceFor(connection);
        MemoryStore store = new MemoryStore();
        omemo.start(store);
        connection.connect();

        connection.login("carol", "secret");

        assertThat(omemo.ownDevice().address().jid().toString()).isEqualTo("carol@example.org");
        omemo.stop();
        store.lock();
        assertThat(store.ownDevice().orElseThrow().owner().toString()).isEqualTo("carol@example.org");
    }

    @Test
    void afterTheLoginItIsTheAccountThatCountsAndNotTheConfiguration() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        MemoryStore store = new MemoryStore();
        new World().device("carol@example.org", store, OmemoConfig.defaults());
        store.close();
        connection.connect();
        connection.login("carol", "secret");
        OmemoManager omemo = OmemoManager.getInstanceFor(connection);

        omemo.start(store);

        assertThat(omemo.ownDevice().address().jid().toString()).isEqualTo("carol@example.org");
        omemo.stop();
    }

    @Test
    void aNewStoreStaysEmptyUntilTheLogin() throws Exception {
        OmemoManager.install();
        OmemoManager omemo = OmemoManager.getInstanceFor(new QuietConnection("alice", "example.org"));
        MemoryStore store = new MemoryStore();

        omemo.start(store);

        omemo.stop();
        store.lock();
        assertThat(store.revision()).isZero();
    }

    private static void assertIsRefused(OmemoManager omemo) throws Exception {
        World world = new World();
        MemoryStore store = new MemoryStore();
        TestDevice bob = world.device(BOB, store, OmemoConfig.defaults());
        bob.send(world.device("carol@example.org"), "before");
        StoreDump before = StoreDump.of(store, bob.jid(), TestClient.jid(TestClient.ALICE));
        store.close();

        assertThatThrownBy(() -> omemo.start(store))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(BOB);

        assertThat(omemo.isStarted()).isFalse();
        store.lock(); // it was closed
        assertThat(StoreDump.of(store, bob.jid(), TestClient.jid(TestClient.ALICE)))
                .isEqualTo(before);
    }
}
