/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jxmpp.jid.EntityBareJid;

/** The time from the start of {@link FirstMessage} in a new JVM until its message was read here. */
final class FirstMessageProbe implements Probe {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Place place;
    private final Reader reader;
    private final EntityBareJid jid;
    private final Optional<Path> store;
    private final Path directory;

    private FirstMessageProbe(Place place, Reader reader, EntityBareJid jid, Optional<Path> store, Path directory) {
        this.place = place;
        this.reader = reader;
        this.jid = jid;
        this.store = store;
        this.directory = directory;
    }

    /** Who reads, in this JVM: the same for both probes. */
    static final class Reader implements AutoCloseable {
        private final ChatClient client;
        private final BlockingQueue<Long> durations = new LinkedBlockingQueue<>();

        Reader(Place place, Path directory) throws Exception {
            client = new ChatClient(
                    place,
                    ChatClient.register(place, "reader"),
                    Optional.of(Files.createTempDirectory(directory, "reader").resolve("store.db")));
            client.listen(body -> durations.add(FirstMessage.microseconds() - Long.parseLong(body)));
            if (!client.omemo().awaitReady(PATIENCE)) {
                throw new IllegalStateException("the reader's device was not published");
            }
        }

        @Override
        public void close() {
            client.close();
        }

        private long awaitMicroseconds() throws InterruptedException {
            Long duration = durations.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (duration == null) {
                throw new IllegalStateException("the first message did not come");
            }
            return duration;
        }
    }

    /** A client with OMEMO that has had a conversation with the reader before. */
    static FirstMessageProbe encrypted(Place place, Reader reader, Path directory) throws Exception {
        FirstMessageProbe probe = new FirstMessageProbe(
                place,
                reader,
                ChatClient.register(place, "writer"),
                Optional.of(Files.createTempDirectory(directory, "writer").resolve("store.db")),
                directory);
        probe.introduce();
        return probe;
    }

    /** The same client without OMEMO. */
    static FirstMessageProbe plain(Place place, Reader reader, Path directory) throws Exception {
        return new FirstMessageProbe(place, reader, ChatClient.register(place, "plain"), Optional.empty(), directory);
    }

    @Override
    public double nanoseconds() throws Exception {
        Process child = start();
        try {
            return 1e3 * reader.awaitMicroseconds();
        } finally {
            end(child);
        }
    }

    /** Begins the session, and answers in it. */
    private void introduce() throws Exception {
        Process child = start();
        try {
            reader.awaitMicroseconds();
            reader.client.chatWith(jid).send("hello");
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
            if (!"hello".equals(output.readLine())) {
                throw new IllegalStateException("the answer did not come");
            }
        } finally {
            end(child);
        }
    }

    private Process start() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(place.jvmArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstMessage.class.getName()));
        command.add(jid.toString());
        command.add(reader.client.jid().toString());
        store.ifPresent(file -> command.add(file.toString()));
        return new ProcessBuilder(command)
                .redirectError(
                        Redirect.appendTo(directory.resolve("FirstMessage.log").toFile()))
                .start();
    }

    private static void end(Process child) throws Exception {
        child.getOutputStream().close();
        if (!child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            child.destroyForcibly();
            throw new IllegalStateException("the program did not end");
        }
    }
}
