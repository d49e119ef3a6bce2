/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Two columns of text on a terminal, in ASCII frames. */
final class SideBySide {
    private static final String BAR = " | ";
    /** Narrower than this no column can be read, wider no line. */
    private static final int NARROWEST = 60;

    private static final int WIDEST = 150;

    private final PrintStream out;
    private final int left;
    private final int right;

    /** @param columns how wide the terminal is; what is far off is mended. */
    SideBySide(PrintStream out, int columns) {
        int width = Math.max(NARROWEST, Math.min(WIDEST, columns)) - 1; // some terminals wrap a full line
        this.out = out;
        this.left = (width - BAR.length()) * 2 / 5;
        this.right = width - BAR.length() - left;
    }

    /** Prints two texts beside each other. Their lines are broken where they are too long; the rest of a line keeps its indentation. */
    void row(String leftText, String rightText) {
        List<String> leftLines = wrap(leftText, left);
        List<String> rightLines = wrap(rightText, right);
        for (int at = 0; at < Math.max(leftLines.size(), rightLines.size()); at++) {
            String first = at < leftLines.size() ? leftLines.get(at) : "";
            String second = at < rightLines.size() ? rightLines.get(at) : "";
            out.println((first + " ".repeat(left - first.length()) + BAR + second).stripTrailing());
        }
        out.flush();
    }

    /** Prints a line across both columns. */
    void rule() {
        out.println("-".repeat(left + 1) + "+" + "-".repeat(right + 1));
        out.flush();
    }

    /** Breaks lines at blanks where there are some, else anywhere. Counts characters: wide ones of East Asian scripts shift the bar. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            int indentation = Math.min(line.length() - line.stripLeading().length(), width / 2);
            String indent = " ".repeat(indentation);
            String rest = line;
            while (rest.length() > width) {
                int blank = rest.lastIndexOf(' ', width);
                int end = blank > indentation ? blank : width;
                lines.add(rest.substring(0, end).stripTrailing());
                rest = indent + rest.substring(end).stripLeading();
            }
            lines.add(rest);
        }
        return lines;
    }
}
