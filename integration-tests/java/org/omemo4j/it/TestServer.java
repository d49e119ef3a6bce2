/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The XMPP server of this JVM's tests, started by {@code integration-tests/prosody/server} or, with {@code -Dxmpp.server=ejabberd}, by its twin; what
 * it printed is what is known of it.
 */
final class TestServer implements AutoCloseable {
    private static final String SOFTWARE = System.getProperty("xmpp.server", "prosody");
    private static final String SCRIPT = "integration-tests/" + SOFTWARE + "/server";
    private static final String RUN_DIR = "target/" + SOFTWARE + System.getProperty("test.fork", "");
    private static final Path FILES = Path.of("target", "it-files");

    private final Map<String, String> facts;
    private final Map<PeerKind, String> peerPrograms = new EnumMap<>(PeerKind.class);
    private Optional<Component> component = Optional.empty();

    private TestServer(Map<String, String> facts) {
        this.facts = facts;
    }

    static boolean isEjabberd() {
        return SOFTWARE.equals("ejabberd");
    }

    /** Starts it, or joins one that runs here already. Goes with this JVM at the latest. */
    static TestServer start() {
        Map<String, String> facts = new TreeMap<>();
        String owner = Long.toString(ProcessHandle.current().pid());
        for (String line : installing(command("up", "--owner", owner, "--run-dir", RUN_DIR))) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new TestServer(facts);
    }

    ClientBuilder.Endpoint endpoint() {
        return new ClientBuilder.Endpoint(fact("HOST"), Integer.parseInt(fact("PORT")), fact("DOMAIN"));
    }

    String domain() {
        return fact("DOMAIN");
    }

    /** A domain whose addresses answer nothing. */
    String silentDomain() {
        return fact("SILENT_DOMAIN");
    }

    String mucDomain() {
        return fact("MUC_DOMAIN");
    }

    /** Whether clients are told when an item or a node that they are interested in goes. */
    boolean tellsOfRetractions() {
        return Boolean.parseBoolean(facts.getOrDefault("TELLS_OF_RETRACTIONS", "true"));
    }

    Optional<Path> data() {
        return Optional.ofNullable(facts.get("DATA")).map(Path::of);
    }

    Optional<Path> log() {
        return Optional.ofNullable(facts.get("LOG")).map(Path::of);
    }

    /** Where this run keeps files of its own. */
    static Path scratch(String name) {
        try {
            return Files.createTempDirectory(Files.createDirectories(FILES), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program of a foreign client, ready to run. Before its first use it may install what it needs, for as long as that takes. */
    synchronized String peerProgram(PeerKind kind) {
        return peerPrograms.computeIfAbsent(kind, unused -> {
            installing(List.of(kind.program(), "--help"));
            return kind.program();
        });
    }

    /** For a server without in-band registration. */
    void addUser(String name, String password) {
        script("adduser", "--run-dir", RUN_DIR, name, password);
    }

    /** The remote server that the tests play themselves; connected at the first use. */
    synchronized Component component() {
        if (component.isEmpty()) {
            component = Optional.of(Component.connect(
                    fact("HOST"),
                    Integer.parseInt(fact("COMPONENT_PORT")),
                    fact("COMPONENT_DOMAIN"),
                    fact("COMPONENT_SECRET")));
        }
        return component.get();
    }

    @Override
    public void close() {
        component.ifPresent(Component::close);
        if (Boolean.parseBoolean(facts.get("STARTED"))) {
            script("down", "--run-dir", RUN_DIR);
        }
    }

    private String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new AssertionError("The test server does not say its " + name + ", only " + facts);
        }
        return value;
    }

    private static List<String> script(String... arguments) {
        return run(command(arguments));
    }

    private static List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Path.of(SCRIPT).toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** While no other JVM of this checkout does: two installations at once get in each other's way. */
    private static List<String> installing(List<String> command) {
        try (FileChannel file = FileChannel.open(
                        Files.createDirectories(FILES).resolve("installing"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            return run(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new AssertionError(command + " ended with exit code " + code + ": " + output);
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for " + command, e);
        }
    }
}
