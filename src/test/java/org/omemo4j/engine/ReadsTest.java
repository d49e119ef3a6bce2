/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** In a known conversation a message costs one commit, and no read. */
class ReadsTest {
    private final List<String> calls = new ArrayList<>();
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org", counting(), World.CONFIG);
    private final TestDevice bob = world.device("bob@example.com", counting(), World.CONFIG);

    @Test
    void aMessageToKnownDevicesCostsOneCommitAndNoRead() {
        talk();
        calls.clear();

        alice.send(bob, "Hello");

        assertThat(calls).containsExactly("commit");
    }

    @Test
    void aMessageInAChainCostsOneCommitAndNoRead() {
        talk();
        Letter letter = alice.send(bob, "Hello");
        calls.clear();

        bob.read(letter);

        assertThat(calls).containsExactly("commit");
    }

    private void talk() {
        for (int i = 0; i < 2; i++) {
            alice.send(bob, "Hello");
            world.deliver();
            bob.send(alice, "Hello");
            world.deliver();
        }
        bob.read(alice.send(bob, "a new chain"));
        world.mail().clear();
    }

    private OmemoStore counting() {
        return InterceptedStore.of(new MemoryStore(), calls::add);
    }
}
