/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/** What others wrote, for people to read: nothing in it hides, reorders or joins what stands beside it. */
public final class VisibleText {
    private VisibleText() {}

    /** The text without control, bidirectional and other invisible characters, white space collapsed, cut to that many code points. */
    public static String of(String text, int maxCodePoints) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isBlank(c)) {
                shown.append(' ');
            } else if (isVisible(c)) {
                shown.appendCodePoint(c);
            }
        });
        String collapsed = shown.toString().replaceAll(" +", " ").strip();
        int length = Math.min(maxCodePoints, collapsed.codePointCount(0, collapsed.length()));
        return collapsed.substring(0, collapsed.offsetByCodePoints(0, length));
    }

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** Format characters reorder, join or hide what stands beside them (security: a label that shows another name). */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
