/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What a command talks to.
 *
 * @param in its input, in UTF-8.
 * @param out its results.
 * @param charset what {@code out} can show.
 * @param err everything else: progress, notes, errors, logs.
 * @param environment the environment variables.
 * @param tty whether {@code out} is a terminal, and neither a file nor a pipe.
 * @param prompt asks a person for a secret without showing it; answers empty when nobody sits there.
 */
record Terminal(
        InputStream in,
        PrintStream out,
        Charset charset,
        PrintStream err,
        Map<String, String> environment,
        BooleanSupplier tty,
        Function<String, Optional<String>> prompt) {

    /** The terminal of this process. */
    static Terminal ofProcess() {
        return new Terminal(
                System.in, System.out, charsetOfOut(), System.err, System.getenv(), () -> Tty.IS, Terminal::askConsole);
    }

    /** A {@code PrintStream} tells its own from Java 18 on, and the property has another name since then. */
    private static Charset charsetOfOut() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", ""));
        return name.isEmpty() ? Charset.defaultCharset() : Charset.forName(name);
    }

    /** An environment variable, if it is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The results for a program: UTF-8, whatever the locale says. */
    PrintStream outForPrograms() {
        return out == System.out
                ? new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8)
                : out;
    }

    /** A line about what goes on. */
    void say(String line) {
        err.println("omemo: " + OneLine.of(line));
    }

    /** Asked for once, when somebody wants to know. {@code System.console()} looks at the input, too, and later Java always has one. */
    private static final class Tty {
        static final boolean IS = ask();

        private static boolean ask() {
            try {
                Process test = new ProcessBuilder("test", "-t", "1")
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .start();
                return test.waitFor() == 0;
            } catch (IOException e) {
                return false; // no such command here
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private static Optional<String> askConsole(String question) {
        Console console = System.console();
        if (console == null) {
            return Optional.empty();
        }
        char[] answer = console.readPassword("%s", question);
        return answer == null ? Optional.empty() : Optional.of(new String(answer));
    }
}
