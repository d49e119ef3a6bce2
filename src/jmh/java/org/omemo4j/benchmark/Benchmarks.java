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

    /** For messages through a server: so much more code must warm up. */
    private static final int LONGER = 8 * MILLISECONDS;

    private static final String ROOM =
            "room of " + RoomBenchmark.MEMBERS + " members with " + RoomBenchmark.DEVICES_EACH + " devices each";

    private static final Online CHAT =
            new Online("chat through Prosody, per message (floor: plain)", Target.shareOfFloor(0.8));
    private static final Online FIRST_MESSAGE =
            new Online("first message of a new JVM (floor: plain)", Target.millisecondsMoreThanFloor(100));
    private static final Online ROOM_FIRST =
            new Online(ROOM + ", first message through Prosody (floor: its requests, all at once)", Target.none());
    private static final Online ROOM_FOLLOWING =
            new Online(ROOM + ", following message through Prosody (floor: plain)", Target.none());
    private static final List<Online> ONLINE = List.of(CHAT, FIRST_MESSAGE, ROOM_FIRST, ROOM_FOLLOWING);

    private Benchmarks() {}

    /** Fails when a benchmark fails, not when a target is missed: the machine may be a slow one. */
    public static void main(String[] arguments) throws Exception {
        Files.createDirectories(DIRECTORY);
        List<Headline.Row> rows = new ArrayList<>(measure(offline()));
        String remark = "";
        if (ONLINE.stream().anyMatch(Online::isWanted)) {
            try (ChatServer server = ChatServer.start(DIRECTORY.resolve("prosody"))) {
                rows.addAll(chats(server.place()));
                rows.addAll(rooms(server.place()));
            } catch (ChatServer.NoServerException e) {
                ONLINE.stream().filter(Online::isWanted).map(Online::skipped).forEach(rows::add);
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
                        ROOM + ", first message (engine only)",
                        jmh(RoomBenchmark.class, "first"),
                        Optional.empty(),
                        Target.milliseconds(500),
                        1),
                new Headline(
                        ROOM + ", following message (engine only)",
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

    private static List<Headline.Row> chats(Place place) throws Exception {
        if (!CHAT.isWanted() && !FIRST_MESSAGE.isWanted()) {
            return List.of();
        }
        try (FirstMessageProbe.Reader reader = new FirstMessageProbe.Reader(place, DIRECTORY)) {
            List<String> arguments = place.jvmArguments();
            return measure(List.of(
                    CHAT.of(
                            online(ChatBenchmark.class, "encrypted", LONGER, arguments),
                            online(ChatBenchmark.class, "plain", LONGER, arguments),
                            1),
                    FIRST_MESSAGE.of(
                            FirstMessageProbe.encrypted(place, reader, DIRECTORY),
                            FirstMessageProbe.plain(place, reader, DIRECTORY),
                            3)));
        }
    }

    private static List<Headline.Row> rooms(Place place) throws Exception {
        if (!ROOM_FIRST.isWanted() && !ROOM_FOLLOWING.isWanted()) {
            return List.of();
        }
        List<String> arguments = new ArrayList<>(place.jvmArguments());
        arguments.addAll(FullRoom.open(place).jvmArguments());
        return measure(List.of(
                ROOM_FIRST.of(
                        online(RoomChatBenchmark.class, "first", MILLISECONDS, arguments),
                        online(RoomChatBenchmark.class, "firstFloor", MILLISECONDS, arguments),
                        1),
                ROOM_FOLLOWING.of(
                        online(RoomChatBenchmark.class, "following", LONGER, arguments),
                        online(RoomChatBenchmark.class, "followingFloor", LONGER, arguments),
                        1)));
    }

    /** A headline that needs a server. */
    private record Online(String headline, Target target) {
        boolean isWanted() {
            return Benchmarks.isWanted(headline);
        }

        Headline of(Probe library, Probe floor, int turns) {
            return new Headline(headline, library, Optional.of(floor), target, turns);
        }

        Headline.Row skipped() {
            return Headline.Row.skipped(headline, target);
        }
    }

    private static Probe jmh(Class<?> benchmark, String method) {
        return new JmhProbe(benchmark, method, MILLISECONDS, DIRECTORY, List.of(DIRECTORY_ARGUMENT));
    }

    private static Probe online(Class<?> benchmark, String method, int milliseconds, List<String> jvmArguments) {
        List<String> arguments = new ArrayList<>(jvmArguments);
        arguments.add(DIRECTORY_ARGUMENT);
        return new JmhProbe(benchmark, method, milliseconds, DIRECTORY, arguments);
    }

    private static boolean isWanted(String headline) {
        return ONLY.isBlank() || Arrays.stream(ONLY.split(",", -1)).anyMatch(word -> headline.contains(word.strip()));
    }
}
