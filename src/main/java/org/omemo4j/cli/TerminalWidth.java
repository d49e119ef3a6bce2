/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many columns a terminal has. */
final class TerminalWidth {
    private static final int STANDARD = 100;
    private static final Pattern SIZE = Pattern.compile("\\d+ ([1-9]\\d{0,3})\\s*");

    private TerminalWidth() {}

    /** What COLUMNS says, else what the terminal says, else {@value #STANDARD}. */
    static int of(Terminal terminal) {
        return terminal.variable("COLUMNS")
                .filter(text -> text.matches("[1-9]\\d{0,3}"))
                .map(Integer::parseInt)
                .or(TerminalWidth::ask)
                .orElse(STANDARD);
    }

    private static Optional<Integer> ask() {
        if (System.console() == null) {
            return Optional.empty();
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Matcher size = SIZE.matcher(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            return size.matches() ? Optional.of(Integer.parseInt(size.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // no stty here
        }
    }
}
