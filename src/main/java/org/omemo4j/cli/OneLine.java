/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

/** Text that is safe on a terminal: what others wrote must neither break the line nor steer the terminal. */
final class OneLine {
    private OneLine() {}

    /** The text on one line: runs of blanks and line breaks become one blank, other control and format characters a '?'. */
    static String of(String text) {
        return clean(text.strip().replaceAll("\\s+", " "));
    }

    /** The same with its line breaks kept. */
    static String lines(String text) {
        return text.lines().map(OneLine::clean).reduce((a, b) -> a + "\n" + b).orElse("");
    }

    private static String clean(String line) {
        StringBuilder safe = new StringBuilder(line.length());
        line.codePoints().forEach(point -> safe.appendCodePoint(isUnsafe(point) ? '?' : point));
        return safe.toString();
    }

    /** Control characters, escape sequences with them, and those that turn the direction of writing. */
    private static boolean isUnsafe(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE -> point != '\t';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
        };
    }
}
