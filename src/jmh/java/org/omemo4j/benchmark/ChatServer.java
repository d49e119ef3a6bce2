/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Prosody of the integration tests, in a run directory of its own. */
final class ChatServer implements AutoCloseable {

    private static final Path SCRIPT =
            Path.of("integration-tests/prosody/server").toAbsolutePath();

    private final Path directory;
    private final Place place;

    private ChatServer(Path directory, Place place) {
        this.directory = directory;
        this.place = place;
    }

    /**
     * Starts it.  It goes with this JVM at the latest.
     *
     * @throws NoServerException when no server can be had; the message says why
     */
    static ChatServer start(Path directory) throws NoServerException, IOException, InterruptedException {
        Map<String, String> facts = new TreeMap<>();
        String owner = Long.toString(ProcessHandle.current().pid());
        for (String line : run("up", "--owner", owner, "--run-dir", directory.toString())) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new ChatServer(
                directory,
                new Place(
                        facts.getOrDefault("HOST", ""),
                        Integer.parseInt(facts.getOrDefault("PORT", "0")),
                        facts.getOrDefault("DOMAIN", "")));
    }

    Place place() {
        return place;
    }

    @Override
    public void close() throws NoServerException, IOException, InterruptedException {
        run("down", "--run-dir", directory.toString());
    }

    /** No server can be had here. */
    static final class NoServerException extends Exception {
        private static final long serialVersionUID = 1;

        private NoServerException(String why) {
            super(why);
        }
    }

    private static List<String> run(String... arguments) throws NoServerException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("prosody", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().put("OMEMO_SERVER_QUIET", "1"); // Else its log and its archive are what is measured.
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                List<String> said = Files.readAllLines(errors);
                throw new NoServerException(said.isEmpty() ? command + " failed" : said.get(said.size() - 1));
            }
            return output.lines().toList();
        } finally {
            Files.delete(errors);
        }
    }
}
