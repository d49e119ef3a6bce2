/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings, in columns that are as wide as they need be. The last column, the widest, stands below the others where a terminal is too narrow. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** One cell for each heading. The last one may have colours in it. */
    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** Prints the headings and all rows. */
    void print(Terminal terminal) {
        int columns = rows.get(0).size() - 1;
        int[] widths = new int[columns];
        int last = 0;
        for (List<String> row : rows) {
            for (int at = 0; at < columns; at++) {
                widths[at] = Math.max(widths[at], width(row.get(at)));
            }
            last = Math.max(last, width(row.get(columns)));
        }
        int before = columns * GAP.length();
        for (int width : widths) {
            before += width;
        }
        boolean below =
                terminal.tty().getAsBoolean() && before + last >= TerminalWidth.of(terminal); // a full line may wrap
        print(terminal.out(), widths, below);
    }

    private void print(PrintStream out, int[] widths, boolean below) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int at = 0; at < widths.length; at++) {
                line.append(row.get(at))
                        .append(" ".repeat(widths[at] - width(row.get(at))))
                        .append(GAP);
            }
            String last = row.get(widths.length);
            if (!below) {
                out.println((line + last).stripTrailing());
            } else {
                out.println(line.toString().stripTrailing());
                out.println(GAP + last);
            }
        }
        out.flush();
    }

    /** Without what sets colours. Counts characters: wide ones of East Asian scripts shift what follows. */
    private static int width(String cell) {
        String shown = cell.replaceAll("\u001b\\[[0-9;]*m", "");
        return shown.codePointCount(0, shown.length());
    }
}
