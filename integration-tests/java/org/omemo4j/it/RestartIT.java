/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes that stop and start again on their stores. */
@OnServer
class RestartIT {
    @Test
    void bothProcessesStartAgainAndGoOnWithoutANewKeyExchange(World world) {
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        Path directory = TestServer.scratch("restart");
        Path aliceFile = directory.resolve("alice.db");
        Path bobFile = directory.resolve("bob.db");

        ChildJvm firstAlice = ChildJvm.start(world, alice, aliceFile);
        ChildJvm firstBob = ChildJvm.start(world, bob, bobFile);
        talk(firstAlice, firstBob, bob, "m1");
        talk(firstBob, firstAlice, alice, "m2");
        talk(firstAlice, firstBob, bob, "m3");
        firstAlice.say("settle");
        firstAlice.await("settled");
        assertThat(firstAlice.all("wire")).contains("exchange");
        firstAlice.quit();
        firstBob.quit();

        ChildJvm secondAlice = ChildJvm.start(world, alice, aliceFile);
        ChildJvm secondBob = ChildJvm.start(world, bob, bobFile);
        talk(secondBob, secondAlice, alice, "m4");
        talk(secondAlice, secondBob, bob, "m5");
        for (ChildJvm child : List.of(secondAlice, secondBob)) {
            child.say("settle");
            child.await("settled");
            assertThat(child.all("wire")).isNotEmpty().containsOnly("ordinary");
            assertThat(Collections.frequency(child.lines(), "stopped")).isZero();
        }
        assertThat(secondAlice.await("ready")).isEqualTo(firstAlice.await("ready"));
        assertThat(secondBob.await("ready")).isEqualTo(firstBob.await("ready"));
    }

    private static void talk(ChildJvm from, ChildJvm to, Account receiver, String id) {
        from.say("send", receiver.jid().toString(), id, "text of " + id);
        assertThat(to.await("received", id)).isEqualTo("received " + id + " text of " + id);
    }
}
