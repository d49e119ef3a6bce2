/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Measures the headlines and prints one table.  System properties: {@code benchmark.only}, words of which one must occur in a headline's
 * name, separated by commas; {@code benchmark.rounds}, how often each headline and its floor take turns; {@code benchmark.milliseconds}, how long
 * each fork measures; {@code benchmark.directory}, where reports and stores go.
 */
public final class Benchmarks {

    private static final Path DIRECTORY = Path.of(System.getProperty("benchmark.directory", "target/benchmark"))
            .toAbsolutePath();

    private static final String DIRECTORY_ARGUMENT = "-Dbenchmark.directory=" + DIRECTORY;
    private static final String ONLY = System.getProperty("benchmark.only", "");
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 3);
    private static final int MILLISECONDS = Integer.getInteger("benchmark.milliseconds", 1500);

    private static final String CHAT = "chat through Prosody, per message (floor: plain)";
    private static final Target CHAT_TARGET = Target.shareOfFloor(0.8);
    private static final String FIRST_MESSAGE = "first message of a new JVM (floor: plain)";
    private static final Target FIRST_MESSAGE_TARGET = Target.millisecondsMoreThanFloor(100);

    private Benchmarks() {}

    /** Fails when a benchmark fails, not when a target is missed: the machine may be a slow one. */
    public static void main(String[] arguments) throws Exception {
        Files.createDirectories(DIRECTORY);
        List<Headline.Row> rows = new ArrayList<>(measure(offline()));
        String remark = "";
        if (isWanted(CHAT) || isWanted(FIRST_MESSAGE)) {
            try (ChatServer server = ChatServer.start(DIRECTORY.resolve("prosody"));
                    FirstMessageProbe.Reader reader = new FirstMessageProbe.Reader(server.place(), DIRECTORY)) {
                rows.addAll(measure(online(server.place(), reader)));
            } catch (ChatServer.NoServerException e) {
                rows.add(Headline.Row.skipped(CHAT, CHAT_TARGET));
                rows.add(Headline.Row.skipped(FIRST_MESSAGE, FIRST_MESSAGE_TARGET));
                remark = "\nNo XMPP server could be had: " + e.getMessage();
            }
        }
        System.out.println();
        System.out.println(Table.of(rows));
        System.out.println(
                "Medians of " + ROUNDS + " rounds, in which each headline and its floor take turns; a ratio is one"
                        + " of a round. Reports of JMH: " + DIRECTORY + remark);
    }

    private static List<Headline.Row> measure(List<Headline> headlines) throws Exception {
        List<Headline.Row> rows = new ArrayList<>();
        for (Headline headline : headlines) {
            if (isWanted(headline.name())) {
                rows.add(headline.measure(ROUNDS));
            }
        }
        return rows;
    }

    private static List<Headline> offline() {
        return List.of(
                new Headline(
                        "fan-out to 1000 devices, per device",
                        jmh(FanOutBenchmark.class, "library"),
                        jmh(FanOutBenchmark.class, "floor"),
                        Target.timesFloor(1.3)),
                new Headline(
                        "engine, whole message to " + EngineBenchmark.DEVICES + " devices, per device",
                        jmh(EngineBenchmark.class, "library"),
                        jmh(EngineBenchmark.class, "floor"),
                        Target.none()),
                new Headline(
                        "room of 100 members with 3 devices each, first message",
                        jmh(RoomBenchmark.class, "first"),
                        Optional.empty(),
                        Target.milliseconds(500),
                        1),
                new Headline(
                        "room of 100 members with 3 devices each, following message",
                        jmh(RoomBenchmark.class, "following"),
                        Optional.empty(),
                        Target.milliseconds(50),
                        1),
                new Headline(
                        "decrypt in a chain",
                        jmh(ChainBenchmark.class, "inOrder"),
                        jmh(ChainBenchmark.class, "floor"),
                        Target.timesFloor(1.4)),
                new Headline(
                        "out of order (floor: in order)",
                        jmh(ChainBenchmark.class, "outOfOrder"),
                        jmh(ChainBenchmark.class, "inOrder"),
                        Target.timesFloor(2)),
                new Headline(
                        "session start, initiator",
                        jmh(SessionStartBenchmark.class, "initiator"),
                        jmh(SessionStartBenchmark.class, "initiatorFloor"),
                        Target.timesFloor(1.15)),
                new Headline(
                        "session start, responder",
                        jmh(SessionStartBenchmark.class, "responder"),
                        jmh(SessionStartBenchmark.class, "responderFloor"),
                        Target.timesFloor(1.15)),
                new Headline(
                        "ping-pong, per direction",
                        jmh(PingPongBenchmark.class, "library"),
                        jmh(PingPongBenchmark.class, "floor"),
                        Target.timesFloor(1.15)),
                new Headline(
                        "durable commit, 1 session",
                        jmh(CommitBenchmark.class, "one"),
                        jmh(CommitBenchmark.class, "oneBare"),
                        Target.timesFloor(1.2)),
                new Headline(
                        "durable commit, 1000 sessions",
                        jmh(CommitBenchmark.class, "thousand"),
                        jmh(CommitBenchmark.class, "thousandBare"),
                        Target.timesFloor(1.2)),
                new Headline(
                                "archive of " + Archive.MESSAGES + " messages from " + Archive.DEVICES
                                        + " devices, per message (floor: a commit for each)",
                                jmh(ArchiveBenchmark.class, "batched"),
                                jmh(ArchiveBenchmark.class, "oneByOne"),
                                Target.none())
                        .withRate(),
                new Headline(
                        "8 MiB attachment, encrypt",
                        jmh(AttachmentBenchmark.class, "encrypt"),
                        Optional.empty(),
                        Target.milliseconds(3),
                        1),
                new Headline(
                        "8 MiB attachment, decrypt",
                        jmh(AttachmentBenchmark.class, "decrypt"),
                        Optional.empty(),
                        Target.milliseconds(5),
                        1));
    }

    private static List<Headline> online(Place place, FirstMessageProbe.Reader reader) throws Exception {
        return List.of(
                new Headline(CHAT, chat("encrypted", place), chat("plain", place), CHAT_TARGET),
                new Headline(
                        FIRST_MESSAGE,
                        FirstMessageProbe.encrypted(place, reader, DIRECTORY),
                        Optional.of(FirstMessageProbe.plain(place, reader, DIRECTORY)),
                        FIRST_MESSAGE_TARGET,
                        3));
    }

    private static Probe jmh(Class<?> benchmark, String method) {
        return new JmhProbe(benchmark, method, MILLISECONDS, DIRECTORY, List.of(DIRECTORY_ARGUMENT));
    }

    /** Longer than the others: so much more code must warm up. */
    private static Probe chat(String method, Place place) {
        List<String> jvmArguments = new ArrayList<>(place.jvmArguments());
        jvmArguments.add(DIRECTORY_ARGUMENT);
        return new JmhProbe(ChatBenchmark.class, method, 8 * MILLISECONDS, DIRECTORY, jvmArguments);
    }

    private static boolean isWanted(String headline) {
        return ONLY.isBlank() || Arrays.stream(ONLY.split(",", -1)).anyMatch(word -> headline.contains(word.strip()));
    }
}
