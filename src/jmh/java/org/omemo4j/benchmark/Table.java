/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table at the end, in Markdown. */
final class Table {

    private static final List<String> HEAD = List.of("headline", "measured", "floor", "ratio", "target", "reached");

    private Table() {}

    static String of(List<Headline.Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEAD);
        for (Headline.Row row : rows) {
            lines.add(List.of(row.headline(), row.measured(), row.floor(), row.ratio(), row.target(), row.reached()));
        }
        int[] widths = new int[HEAD.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            append(table, lines.get(i), widths);
            if (i == 0) {
                append(table, HEAD.stream().map(column -> "---").toList(), widths);
            }
        }
        return table.toString();
    }

    /** Nanoseconds in the unit that suits them. */
    static String time(double nanoseconds) {
        if (nanoseconds < 1e6) {
            return String.format(Locale.ROOT, nanoseconds < 1e5 ? "%.2f us" : "%.0f us", nanoseconds / 1e3);
        }
        return String.format(Locale.ROOT, nanoseconds < 1e8 ? "%.2f ms" : "%.0f ms", nanoseconds / 1e6);
    }

    /** The same, and how many times that goes into a second. */
    static String timeAndRate(double nanoseconds) {
        return String.format(Locale.ROOT, "%s, %.0f/s", time(nanoseconds), 1e9 / nanoseconds);
    }

    private static void append(StringBuilder table, List<String> cells, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            table.append("| ")
                    .append(cells.get(i))
                    .append(" ".repeat(widths[i] - cells.get(i).length() + 1));
        }
        table.append("|\n");
    }
}
