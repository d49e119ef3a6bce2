/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a command talks to.
 *
 * @param in its input, in UTF-8.
 * @param out its results.
 * @param err everything else: progress, notes, errors, logs.
 * @param environment the environment variables.
 * @param prompt asks a person for a secret without showing it; answers empty when nobody sits there.
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Function<String, Optional<String>> prompt) {

    /** The terminal of this process. */
    static Terminal ofProcess() {
        return new Terminal(System.in, System.out, System.err, System.getenv(), Terminal::askConsole);
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

    private static Optional<String> askConsole(String question) {
        Console console = System.console();
        if (console == null) {
            return Optional.empty();
        }
        char[] answer = console.readPassword("%s", question);
        return answer == null ? Optional.empty() : Optional.of(new String(answer));
    }
}
