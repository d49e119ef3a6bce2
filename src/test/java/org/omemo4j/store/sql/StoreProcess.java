/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.secret;
import static org.omemo4j.store.StoreRows.session;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/** Another process that uses a store: what it prints is what happens to it. */
final class StoreProcess implements AutoCloseable {

    /** What it does with the store. */
    enum Task {
        /** Prints "locked" and waits to be killed, or prints why it cannot lock. */
        HOLD,
        /** Parks one message after the other in flushed commits, and prints the number of each when it is done. */
        COMMIT,
        /** Parks messages of 1 MiB, prints the number of each when it is done, and at last why it cannot go on. */
        FILL
    }

    private final Process process;
    private final BufferedReader output;

    private StoreProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it behind the words of a launcher such as {@code nice}, which may be none. */
    static StoreProcess start(Task task, Path file, String... launcher) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList(launcher));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classPath()));
        command.addAll(List.of(StoreProcess.class.getName(), task.name(), file.toString()));
        return new StoreProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static String classPath() {
        String ours = System.getProperty("java.class.path", "");
        return System.getProperty("surefire.test.class.path", ours)
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }

    long pid() {
        return process.pid();
    }

    /** The next line of its output, or null when it has ended. */
    @Nullable
    String line() throws IOException {
        return output.readLine();
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly(); // That of Process itself would throw away what was printed before.
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** The process itself. */
    public static void main(String[] args) throws Exception {
        SqlStore store = SqlStore.open(Path.of(args[1]), "the other program");
        try {
            store.lock();
        } catch (StoreException e) {
            print(e.getClass().getSimpleName() + " " + e.getMessage());
            return;
        }
        Task task = Task.valueOf(args[0]);
        try {
            if (task != Task.HOLD) {
                parkForever(store, task == Task.FILL ? 1 << 20 : 1);
            }
        } catch (StoreException e) {
            print(e.getClass().getSimpleName() + " " + e.getMessage());
            return;
        }
        print("locked");
        System.in.read();
    }

    private static void parkForever(SqlStore store, int size) throws StoreException {
        while (true) {
            long next = store.parked().size();
            ParkedRecord message = parked(next, size);
            DeviceAddress device = device(BOB, (int) next + 1);
            store.commit(new Changes(
                    store.revision(),
                    Durability.FLUSHED,
                    List.of(new PutParked(message), new PutSession(session(next, device)))));
            print(Long.toString(next));
        }
    }

    /** The message that is parked under a number. */
    static ParkedRecord parked(long number, int size) {
        return new ParkedRecord(
                number, BOB, "id", secret("x".repeat(size)), Optional.empty(), "REQUIRED", Optional.empty(), 0, NOW);
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
