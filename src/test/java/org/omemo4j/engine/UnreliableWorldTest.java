/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.Outcomes.assertDuplicate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.store.sql.SqlStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/**
 * Whatever the network does to the order, and however often devices start again: each message that arrives is read once by each device it is for, and after that is a duplicate.
 */
class UnreliableWorldTest {
    private static final int STEPS = 120;

    @TempDir
    Path folder;

    static Stream<Arguments> worlds() {
        return IntStream.range(0, 6).mapToObj(seed -> Arguments.of(seed, seed % 2 == 0 ? "memory" : "sqlite"));
    }

    @ParameterizedTest(name = "seed {0}, {1}")
    @MethodSource("worlds")
    void eachMessageThatArrivesIsReadOnce(int seed, String kind) {
        Random random = new Random(seed);
        World world = new World(seed);
        List<TestDevice> devices = new ArrayList<>();
        for (String jid : List.of("alice@example.org", "alice@example.org", "bob@example.com")) {
            devices.add(world.device(jid, store(kind, devices.size()), World.CONFIG));
        }
        List<Mail> onTheWay = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            TestDevice device = devices.get(random.nextInt(devices.size()));
            if (random.nextInt(3) > 0) {
                TestDevice to = devices.get(device == devices.get(2) ? 0 : 2);
                device.send(to, seed + "/" + step);
            } else if (!onTheWay.isEmpty()) {
                onTheWay.remove(random.nextInt(onTheWay.size())).arrive(random);
            } else if (random.nextInt(4) == 0) {
                device.restart();
            }
            post(world, devices, onTheWay);
        }
        while (!onTheWay.isEmpty()) {
            onTheWay.remove(random.nextInt(onTheWay.size())).arrive(random);
            post(world, devices, onTheWay);
        }

        for (TestDevice device : devices) {
            assertThat(device.inbox()).doesNotHaveDuplicates();
            assertThat(failures(device)).isEmpty();
        }
        assertThat(devices.get(0).inbox().size() + devices.get(2).inbox().size())
                .isGreaterThan(STEPS / 3);
    }

    /** A message that is to arrive at a device, perhaps twice. */
    private record Mail(Letter letter, TestDevice to) {
        void arrive(Random random) {
            boolean forIt = !(to.read(letter) instanceof Decryption.NotForThisDevice);
            if (forIt && random.nextInt(4) == 0) {
                assertDuplicate(to.read(letter));
            }
        }
    }

    private static void post(World world, List<TestDevice> devices, List<Mail> onTheWay) {
        while (!world.mail().isEmpty()) {
            Letter letter = world.mail().remove();
            for (TestDevice device : devices) {
                if (device.jid().equals(letter.to()) || device.jid().equals(letter.from())) {
                    onTheWay.add(new Mail(letter, device));
                }
            }
        }
    }

    private static List<Decryption> failures(TestDevice device) {
        return device.read().stream()
                .filter(Decryption.Undecryptable.class::isInstance)
                .collect(Collectors.toList());
    }

    private OmemoStore store(String kind, int number) {
        return kind.equals("memory") ? new MemoryStore() : SqlStore.open(folder.resolve(number + ".db"));
    }
}
