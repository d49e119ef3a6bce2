/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Runs the command in this process and keeps what it prints. */
final class CommandRun {
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private byte[] input = {};
    private boolean tty;
    private Charset charset = StandardCharsets.UTF_8;
    private Function<String, Optional<String>> prompt = question -> Optional.empty();

    CommandRun variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    CommandRun input(byte[] bytes) {
        input = bytes.clone();
        return this;
    }

    /** Its output can show this. */
    CommandRun charset(Charset locale) {
        charset = locale;
        return this;
    }

    /** Its output is a terminal. */
    CommandRun tty() {
        tty = true;
        return this;
    }

    CommandRun prompt(Function<String, Optional<String>> answer) {
        prompt = answer;
        return this;
    }

    Terminal terminal() {
        return new Terminal(
                new ByteArrayInputStream(input), stream(out), charset, stream(err), environment, () -> tty, prompt);
    }

    int run(String... arguments) {
        return Omemo.run(terminal(), arguments);
    }

    String out() {
        return out.toString(charset);
    }

    String err() {
        return err.toString(charset);
    }

    private PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, charset);
    }
}
