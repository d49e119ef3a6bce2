/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.trust.ConsistentColor;
import org.omemo4j.trust.Fingerprint;

/** Fingerprints in colour, where they can be. */
class TerminalColorsTest {
    private static final Fingerprint KEY = new Fingerprint("0123456789abcdef".repeat(4));

    @ParameterizedTest
    @CsvSource({
        "truecolor, xterm-256color, , DIRECT",
        "24bit, xterm, , DIRECT",
        ", xterm-256color, , INDEXED",
        "yes, screen.xterm-256color, , INDEXED",
        ", xterm, , NONE",
        ", dumb, , NONE",
        ", , , NONE",
        "truecolor, xterm-256color, 1, NONE"
    })
    void theVariablesTellWhatATerminalHas(String depth, String name, String refused, TerminalColors has) {
        CommandRun command = new CommandRun();
        set(command, "COLORTERM", depth);
        set(command, "TERM", name);
        set(command, "NO_COLOR", refused);

        assertThat(TerminalColors.of(command.terminal())).as("in a file").isEqualTo(TerminalColors.NONE);
        assertThat(TerminalColors.of(command.tty().terminal())).isEqualTo(has);
    }

    @Test
    void eachGroupHasItsColourAndAPlainTerminalNone() {
        ConsistentColor first = ConsistentColor.of("01234567");

        assertThat(TerminalColors.DIRECT.paint(KEY))
                .startsWith("\u001b[38;2;" + first.red() + ";" + first.green() + ";" + first.blue()
                        + "m01234567\u001b[0m \u001b[38;2;")
                .endsWith("m89abcdef\u001b[0m");
        assertThat(TerminalColors.NONE.paint(KEY)).isEqualTo(KEY.toString());
        for (TerminalColors colors : List.of(TerminalColors.DIRECT, TerminalColors.INDEXED)) {
            assertThat(colors.paint(KEY).replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(KEY.toString());
        }
    }

    @Test
    void ofTwoHundredAndFiftySixColoursTheNearestIsTaken() {
        // XEP-0392: the hue of "01234567", in the cube of xterm, whose levels are 0, 95, 135, 175, 215 and 255.
        ConsistentColor color = ConsistentColor.of("01234567");
        int index = 16 + 36 * step(color.red()) + 6 * step(color.green()) + step(color.blue());

        assertThat(TerminalColors.INDEXED.paint(KEY)).startsWith("\u001b[38;5;" + index + "m01234567\u001b[0m ");
    }

    private static int step(int level) {
        return level < 48 ? 0 : level < 115 ? 1 : (level - 35) / 40;
    }

    private static void set(CommandRun command, String variable, String value) {
        if (value != null) {
            command.variable(variable, value);
        }
    }
}
