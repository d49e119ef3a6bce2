/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@link ChildClient}: says what to do, hears what happens, and kills it. */
final class ChildJvm implements AutoCloseable {
    static final String PASSWORD = "OMEMO_IT_PASSWORD";

    private final String name;
    private final Process process;
    private final Writer commands;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a client on this store; returns when it is ready. */
    static ChildJvm start(World world, Account account, Path store) {
        ChildJvm child = launch(world, account, store);
        child.await("ready");
        return child;
    }

    private static ChildJvm launch(World world, Account account, Path store) {
        ClientBuilder.Endpoint endpoint = world.server().endpoint();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChildClient.class.getName(),
                endpoint.host(),
                Integer.toString(endpoint.port()),
                endpoint.domain(),
                account.jid().toString(),
                store.toString(),
                "child");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put(PASSWORD, account.password());
        try {
            ChildJvm child = new ChildJvm(account.name(), builder.start());
            world.closeLater(child);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void say(String... words) {
        try {
            commands.write(String.join(" ", words) + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not listen any more; it said " + lines(), e);
        }
    }

    /** The first line that begins with these words. */
    String await(String... words) {
        String start = String.join(" ", words);
        return Await.value(
                () -> "\"" + start + "\" from " + name + ", which said " + lines(),
                () -> lines().stream()
                        .filter(line -> line.equals(start) || line.startsWith(start + " "))
                        .findFirst());
    }

    /** So many lines with this first word. */
    void awaitCount(String word, int count) {
        Await.until(
                () -> count + " times \"" + word + "\" from " + name + ", which said " + lines(),
                () -> all(word).size() >= count);
    }

    /** All lines with this first word, without it. */
    List<String> all(String word) {
        return lines().stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .toList();
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    long pid() {
        return process.pid();
    }

    /** As {@code kill -9}: no shutdown hook runs, nothing is flushed. What it said before is read to the end. */
    void kill() {
        process.destroyForcibly();
        ended();
    }

    /** Lets it stop in good order. */
    void quit() {
        say("quit");
        await("bye");
        ended();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        ended();
    }

    private void ended() {
        try {
            if (!process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not end");
            }
            reader.join(Await.LONG.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (this) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            synchronized (this) {
                lines.add("(its output broke off: " + e.getMessage() + ")");
            }
        }
    }
}
