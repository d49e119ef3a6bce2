/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;

/** {@code kill -9} around sending and receiving, then a new process on the same store. */
@OnServer
class CrashIT {
    private static final int ROUNDS = 3;

    @Test
    void aMessageThatWaitsOutlivesItsProcess(World world) {
        Account alice = world.account("alice");
        Path store = TestServer.scratch("crash").resolve("alice.db");

        for (int round = 0; round < ROUNDS; round++) {
            Client bob = world.person("bob");
            ChildJvm killed = ChildJvm.start(world, alice, store);
            killed.say("send", bob.jid().toString(), "first", "sent as a stranger");
            killed.await("returned", "first");
            killed.kill();

            ChildJvm next = ChildJvm.start(world, alice, store);
            next.say("send", bob.jid().toString(), "last", "sent after the crash");
            bob.inbox().await("sent after the crash");

            assertThat(bob.bodies()).containsExactly("sent as a stranger", "sent after the crash");
            assertThat(bob.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
            next.quit();
        }
    }

    @Test
    void aSenderThatIsKilledNeverForksItsSession(World world) {
        long seed = System.nanoTime();
        System.out.println("CrashIT seed " + seed);
        Random random = new Random(seed);
        Account alice = world.account("alice");
        Path store = TestServer.scratch("crash").resolve("alice.db");
        Client bob = world.person("bob");

        for (int round = 0; round < ROUNDS; round++) {
            String name = "r" + round;
            ChildJvm child = ChildJvm.start(world, alice, store);
            child.say("burst", bob.jid().toString(), name, "60");
            child.awaitCount("returned", 5 + random.nextInt(50));
            child.kill();
            int settled = child.all("settled").stream()
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElse(-1);

            ChildJvm next = ChildJvm.start(world, alice, store);
            next.say("send", bob.jid().toString(), name + "-last", name + "-last");
            bob.inbox().await(name + "-last");
            next.quit();

            List<String> read = bob.bodies().stream()
                    .filter(body -> body.startsWith(name + "-"))
                    .toList();
            // In order, none twice, and all that the server had confirmed; what was only handed to the socket may be
            // lost with the process.
            List<String> sent = new ArrayList<>(
                    IntStream.range(0, 60).mapToObj(i -> name + "-" + i).toList());
            sent.add(name + "-last");
            assertThat(sent).containsSubsequence(read);
            assertThat(read).doesNotHaveDuplicates().containsAll(sent.subList(0, settled + 1));
        }
        assertThat(bob.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
    }

    @Test
    void aReceiverThatIsKilledLosesNothingUnheardAndReadsNothingTwice(World world) {
        long seed = System.nanoTime();
        System.out.println("CrashIT seed " + seed);
        Random random = new Random(seed);
        Account bob = world.account("bob");
        Path store = TestServer.scratch("crash").resolve("bob.db");
        Client alice = world.person("alice");
        List<String> sent = new ArrayList<>();
        List<String> received = new ArrayList<>();
        List<String> repeated = new ArrayList<>();

        ChildJvm child = ChildJvm.start(world, bob, store);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 40; i++) {
                String id = "r" + round + "-" + i;
                sent.add(id);
                send(alice, bob, id);
            }
            child.awaitCount("received", 1 + random.nextInt(38));
            child.kill();
            heard(child, received, repeated);
            child = ChildJvm.start(world, bob, store);
            String id = "r" + round + "-last";
            sent.add(id);
            send(alice, bob, id);
            child.await("received", id);
            child.kill();
            heard(child, received, repeated);
            assertThat(child.all("undecryptable")).isEmpty();
            child = ChildJvm.start(world, bob, store);
        }
        sent.add("end");
        send(alice, bob, "end");
        child.await("received", "end");
        child.quit();
        heard(child, received, repeated);

        // A message that was committed, but not handed to the application yet when the process died, comes again from
        // the server and is
        // reported as a repeat: heard of, if not read.
        assertThat(received).doesNotHaveDuplicates();
        List<String> accounted = new ArrayList<>(received);
        accounted.addAll(repeated);
        assertThat(accounted).containsAll(sent);
    }

    private static void heard(ChildJvm child, List<String> received, List<String> repeated) {
        child.all("received").forEach(line -> received.add(line.split(" ", 2)[0]));
        repeated.addAll(child.all("duplicate"));
    }

    private static void send(Client from, Account to, String id) {
        Message message =
                StanzaBuilder.buildMessage(id).setBody("text of " + id).build();
        Smack.run(() -> from.chatWith(to.jid()).send(message));
    }
}
