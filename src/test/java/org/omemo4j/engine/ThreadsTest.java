/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** One engine, several threads. */
class ThreadsTest {
    private static final int MESSAGES = 100;

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void twoSendersAndAReaderInParallelLoseNothing() throws Exception {
        alice.send(bob, "Hello");
        world.deliver();
        bob.send(alice, "Hello");
        world.deliver();
        List<Letter> fromBob = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            fromBob.add(bob.send(alice, "to alice " + i));
        }
        Collection<Letter> fromAlice = new ConcurrentLinkedQueue<>();
        Collection<Decryption> read = new ConcurrentLinkedQueue<>();

        inParallel(() -> sendAll("first", fromAlice), () -> sendAll("second", fromAlice), () -> {
            for (Letter letter : fromBob) {
                read.add(alice.engine().decrypt(incoming(letter)));
            }
            return null;
        });
        fromAlice.forEach(bob::read);

        assertThat(read).hasSize(MESSAGES).allMatch(Decryption.Decrypted.class::isInstance);
        assertThat(bob.inbox()).hasSize(1 + 2 * MESSAGES).doesNotHaveDuplicates();
    }

    private Object sendAll(String who, Collection<Letter> sent) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            OutgoingMessage message =
                    OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body(who + " " + i)), false);
            Encryption.Encrypted encrypted =
                    (Encryption.Encrypted) alice.engine().encrypt(message);
            sent.add(new Letter(alice.jid(), bob.jid(), encrypted.elements().get(0)));
        }
        return sent;
    }

    private static IncomingMessage incoming(Letter letter) {
        return new IncomingMessage(letter.from(), letter.to(), letter.encrypted(), Delivery.LIVE, Optional.empty());
    }

    @SafeVarargs
    private static void inParallel(Callable<Object>... tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.length);
        try {
            for (Future<Object> future : threads.invokeAll(List.of(tasks))) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
