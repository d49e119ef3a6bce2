/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text that is safe on a terminal: what others wrote must neither break the line nor steer the terminal. */
final class OneLine {
    /** No row of the command begins with it. */
    private static final String BEHIND_A_BREAK = " ".repeat(8) + "| ";

    /** Whatever shows nothing, more than eight in a row. */
    private static final Pattern GAP =
            Pattern.compile("(?:[\\h\\u200C\\u200D\\u2800\\u115F\\u1160\\u3164\\uFFA0]\\p{M}*){9,}");

    private OneLine() {}

    /** The text on one line: runs of blanks and line breaks become one blank, other control and format characters a '?'. */
    static String of(String text) {
        return clean(text.strip().replaceAll("\\s+", " "));
    }

    /** The same with its line breaks, and what stands behind one apart from all that the command says itself. */
    static String lines(String text) {
        return text.lines().map(OneLine::clean).collect(Collectors.joining("\n" + BEHIND_A_BREAK));
    }

    /** Long gaps are cut: where a terminal breaks lines, what follows one could begin a row. */
    private static String clean(String line) {
        String text = GAP.matcher(line.replace("\t", " ".repeat(4))).replaceAll(" ".repeat(8));
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> safe.appendCodePoint(isUnsafe(point) ? '?' : point));
        return safe.toString();
    }

    /** Without them many emoji and Persian words fall apart. */
    private static boolean joins(int point) {
        return point == 0x200C || point == 0x200D;
    }

    /** Control characters, escape sequences with them, other line breaks, and what is not seen and turns or hides what stands beside it. */
    private static boolean isUnsafe(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE -> true;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> !joins(point);
            default -> false;
        };
    }
}
