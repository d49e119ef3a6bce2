/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import java.util.stream.Collectors;
import org.omemo4j.trust.ConsistentColor;
import org.omemo4j.trust.Fingerprint;

/** The colours that a terminal has. */
enum TerminalColors {
    /** None, or too few to tell the groups of a fingerprint apart. */
    NONE,
    /** The 256 of xterm. */
    INDEXED,
    /** All of sRGB. */
    DIRECT;

    private static final String RESET = "\u001b[0m";

    /** The levels of each channel in the colour cube of xterm, which begins at 16. */
    private static final int[] CUBE = {0, 95, 135, 175, 215, 255};

    /** Those of this terminal, as its variables say; none if the output is not shown on one. */
    static TerminalColors of(Terminal terminal) {
        if (terminal.variable("NO_COLOR").isPresent() || !terminal.tty().getAsBoolean()) { // https://no-color.org
            return NONE;
        }
        Optional<String> depth = terminal.variable("COLORTERM");
        if (depth.filter(text -> text.equals("truecolor") || text.equals("24bit"))
                .isPresent()) {
            return DIRECT;
        }
        return terminal.variable("TERM")
                        .filter(name -> name.contains("256color"))
                        .isPresent()
                ? INDEXED
                : NONE;
    }

    /** Its eight groups, each in its colour (XEP-0392). */
    String paint(Fingerprint fingerprint) {
        return fingerprint.groups().stream().map(this::paint).collect(Collectors.joining(" "));
    }

    private String paint(String group) {
        ConsistentColor color = ConsistentColor.of(group);
        return switch (this) {
            case NONE -> group;
            case INDEXED ->
                "\u001b[38;5;"
                        + (16 + 36 * nearest(color.red()) + 6 * nearest(color.green()) + nearest(color.blue())) + "m"
                        + group + RESET;
            case DIRECT ->
                "\u001b[38;2;" + color.red() + ";" + color.green() + ";" + color.blue() + "m" + group + RESET;
        };
    }

    private static int nearest(int level) {
        int best = 0;
        for (int i = 1; i < CUBE.length; i++) {
            if (Math.abs(CUBE[i] - level) < Math.abs(CUBE[best] - level)) {
                best = i;
            }
        }
        return best;
    }
}
