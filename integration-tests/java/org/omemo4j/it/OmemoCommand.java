/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A run of the self-contained jar in a process of its own, as people and programs run it. */
final class OmemoCommand implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One that it may have to build, start and end again. */
    private static final Duration AS_LONG_AS_A_CONTAINER_TAKES = Duration.ofMinutes(3);

    private final Process process;
    private final Writer input;
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> events = new ArrayList<>();
    private final List<String> err = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> readers;

    private OmemoCommand(Process process) {
        this.process = process;
        this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.readers = List.of(read(process.getInputStream(), out), read(process.getErrorStream(), err));
    }

    /** Begins; ends with the test at the latest. */
    static OmemoCommand start(
            World world, Map<String, String> environment, List<String> jvmOptions, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(arguments));
        return start(world, environment, command);
    }

    /** The same for any command. */
    static OmemoCommand start(World world, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("OMEMO_PASSWORD");
        builder.environment().putAll(environment);
        try {
            OmemoCommand started = new OmemoCommand(builder.start());
            world.closeLater(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code target/omemo4j-<version>-cli.jar}, which the build makes before these tests run. */
    static Path jar() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("target"), "omemo4j-*-cli.jar")) {
            for (Path jar : found) {
                return jar;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("No target/omemo4j-*-cli.jar: these tests run after the packaging (mvn verify)");
    }

    void say(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("It does not listen any more: " + this, e);
        }
    }

    /** Tells a chat for programs to send this. */
    void send(Account to, String body) {
        say("{\"command\":\"send\",\"to\":\"" + to.jid() + "\",\"body\":\"" + body + "\"}");
    }

    void endInput() {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first event with this name whose field has this text. */
    JsonNode event(String name, String field, String text) {
        return Await.value(
                () -> "an event " + name + " with " + field + " " + text + " of " + this,
                () -> events().stream()
                        .filter(event -> event.path("event").asText().equals(name))
                        .filter(event -> event.path(field).asText().contains(text))
                        .findFirst());
    }

    JsonNode ready() {
        return event("ready", "event", "ready");
    }

    /** All lines of standard output; each must be a JSON object. */
    List<JsonNode> events() {
        List<String> lines = out();
        synchronized (events) {
            lines.stream().skip(events.size()).map(OmemoCommand::parse).forEach(events::add);
            return List.copyOf(events);
        }
    }

    List<String> out() {
        synchronized (out) {
            return List.copyOf(out);
        }
    }

    List<String> err() {
        synchronized (err) {
            return List.copyOf(err);
        }
    }

    void awaitOut(String text) {
        Await.until(
                () -> "\"" + text + "\" on stdout of " + this,
                () -> out().stream().anyMatch(line -> line.contains(text)));
    }

    void awaitErr(String text) {
        Await.until(
                AS_LONG_AS_A_CONTAINER_TAKES,
                () -> "\"" + text + "\" on stderr of " + this,
                () -> err().stream().anyMatch(line -> line.contains(text)));
    }

    /** Waits for its end. Its output is complete then. */
    int exitCode() {
        try {
            if (!process.waitFor(AS_LONG_AS_A_CONTAINER_TAKES.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("It does not end: " + this);
            }
            for (Thread reader : readers) {
                reader.join(Await.LONG.toMillis());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /** Ends a chat, and checks that it spoke nothing but events. */
    void quit() {
        ready();
        say("{\"command\":\"quit\"}");
        assertThat(exitCode()).as("%s", this).isZero();
        assertThat(events()).isNotEmpty();
    }

    /** It says why on stderr, and nothing else anywhere. */
    void assertFailsInOneLine(int wantedExitCode, String says) {
        assertThat(exitCode()).as("%s", this).isEqualTo(wantedExitCode);
        assertThat(err()).singleElement().asString().contains(says).doesNotContain("Exception");
        assertThat(out()).isEmpty();
    }

    /** As Ctrl-C does: the process is asked to end. */
    void interrupt() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return process.info().commandLine().orElse("omemo") + "\nstdout: " + out() + "\nstderr: " + err();
    }

    private static JsonNode parse(String line) {
        try {
            return Optional.of(JSON.readTree(line))
                    .filter(JsonNode::isObject)
                    .orElseThrow(() -> new AssertionError("Not a JSON object: " + line));
        } catch (IOException e) {
            throw new AssertionError("Not JSON: " + line, e);
        }
    }

    private static Thread read(InputStream stream, List<String> lines) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                            lines.add(line);
                        }
                    } catch (IOException e) {
                        lines.add("(broken off: " + e.getMessage() + ")");
                    }
                },
                "output of omemo");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
