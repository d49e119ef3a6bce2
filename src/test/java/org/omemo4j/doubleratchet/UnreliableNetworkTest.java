/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.omemo4j.doubleratchet.RatchetException.Reason;
import org.omemo4j.testkit.SeededRandom;

/**
 * The law: whatever a network loses, repeats, reorders and forges, every message that arrives is read exactly once, a repeat is a
 * duplicate, and a forgery changes nothing.
 */
class UnreliableNetworkTest {

    private static final int STEPS = 300;

    /** Each case has its seed in its name. */
    static Stream<Arguments> seeds() {
        LongStream seeds = LongStream.concat(
                LongStream.range(0, 20),
                LongStream.generate(ThreadLocalRandom.current()::nextLong).limit(10));
        return seeds.boxed().flatMap(seed -> Stream.of(Arguments.of(seed, 1), Arguments.of(seed, 5)));
    }

    private record Sent(String text, Letter letter) {}

    @ParameterizedTest(name = "seed {0}, {1} receiving chains")
    @MethodSource("seeds")
    void everyMessageThatArrivesIsReadExactlyOnce(long seed, int receivingChains) throws Exception {
        Random random = new Random(seed);
        Talker[] talkers = Talker.pair(
                new RatchetParameters("OMEMO Root Chain", Talker.INFO, 1000, 1000, receivingChains),
                new SeededRandom(seed));
        List<List<Sent>> underway = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Sent>> delivered = List.of(new ArrayList<>(), new ArrayList<>());
        Set<String> read = new HashSet<>();
        for (int step = 0; step < STEPS; step++) {
            int who = random.nextInt(2);
            Talker writer = talkers[who];
            List<Sent> way = underway.get(who);
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    boolean mayWrite = writer.state().sendingChain().isPresent()
                            || !writer.state().receivingChains().isEmpty();
                    if (mayWrite && (way.size() < 4 || random.nextInt(4) == 0) && !wouldOutrun(writer, way)) {
                        String text = who + " writes " + step;
                        way.add(new Sent(text, writer.write(text)));
                    }
                }
                case 2, 3 -> {
                    if (!way.isEmpty()) {
                        Sent sent = way.remove(random.nextInt(way.size()));
                        assertThat(talkers[1 - who].read(sent.letter())).isEqualTo(sent.text());
                        assertThat(read.add(sent.text())).isTrue();
                        delivered.get(who).add(sent);
                    }
                }
                case 4 -> {
                    if (!way.isEmpty() && random.nextInt(3) == 0) {
                        way.remove(random.nextInt(way.size()));
                    } else if (!way.isEmpty()) {
                        forge(
                                talkers[1 - who],
                                way.get(random.nextInt(way.size())).letter(),
                                random);
                    }
                }
                default -> {
                    List<Sent> old = delivered.get(who);
                    if (!old.isEmpty()) {
                        repeat(talkers[1 - who], old.get(random.nextInt(old.size())));
                    }
                }
            }
        }
        assertThat(read).hasSizeGreaterThan(20);
    }

    /** Whether five newer chains could close the chain of a letter that is still underway. */
    private static boolean wouldOutrun(Talker writer, List<Sent> way) {
        return writer.state().sendingChain().isEmpty()
                && way.stream()
                                .map(sent -> sent.letter().header().ratchetKey())
                                .distinct()
                                .count()
                        >= 3;
    }

    private static void forge(Talker reader, Letter letter, Random random) {
        RatchetHeader header = letter.header();
        RatchetHeader forged = random.nextBoolean()
                ? new RatchetHeader(header.ratchetKey(), header.n() + 1 + random.nextInt(50), header.pn())
                : new RatchetHeader(header.ratchetKey(), header.n(), header.pn() + 1 + random.nextInt(50));
        RatchetState before = reader.state();
        int keys = reader.keys().size();
        try {
            reader.read(letter.withHeader(forged));
            fail("a forged letter was read");
        } catch (RatchetException | ForgedException expected) {
            assertThat(reader.state()).isEqualTo(before);
            assertThat(reader.keys().size()).isEqualTo(keys);
        }
    }

    private static void repeat(Talker reader, Sent sent) throws Exception {
        RatchetState before = reader.state();
        try {
            reader.read(sent.letter());
            fail("%s was read twice", sent.text());
        } catch (RatchetException e) {
            assertThat(e.reason()).isEqualTo(Reason.DUPLICATE);
            assertThat(reader.state()).isEqualTo(before);
        }
    }
}
