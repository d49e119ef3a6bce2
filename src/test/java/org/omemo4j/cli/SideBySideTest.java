/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SideBySideTest {
    private final CommandRun command = new CommandRun();

    @Test
    void printsTwoColumns() {
        SideBySide columns = new SideBySide(command.terminal().out(), 61);

        columns.row("left\n  indented", "right");
        columns.rule();

        assertThat(command.out().lines())
                .containsExactly(
                        "left" + " ".repeat(18) + " | right",
                        "  indented" + " ".repeat(12) + " |",
                        "-".repeat(23) + "+" + "-".repeat(36));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60, 80, 120, 100_000})
    void noLineIsWiderThanTheTerminal(int width) {
        SideBySide columns = new SideBySide(command.terminal().out(), width);

        columns.row("words ".repeat(100), "<payload>" + "x".repeat(500) + "</payload>\n    " + "y ".repeat(300));
        columns.rule();

        assertThat(command.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThan(Math.max(60, Math.min(150, width))));
    }

    @Test
    void breaksAtBlanksAndKeepsTheIndentation() {
        assertThat(SideBySide.wrap("  one two three", 9)).containsExactly("  one two", "  three");
        assertThat(SideBySide.wrap("abcdefghij", 4)).containsExactly("abcd", "efgh", "ij");
        assertThat(SideBySide.wrap("", 4)).containsExactly("");
    }

    @Test
    void theWidthIsThatOfTheEnvironment() {
        assertThat(TerminalWidth.of(command.variable("COLUMNS", "72").terminal()))
                .isEqualTo(72);
        assertThat(TerminalWidth.of(new CommandRun().variable("COLUMNS", "wide").terminal()))
                .isPositive();
    }

    @Test
    void aStanzaIsIndentedAndItsBase64Cut() {
        String xml =
                "<message id='m1'><encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'><key rid='2'>" + "A".repeat(60)
                        + "</key></header><payload>short</payload></encrypted><store xmlns='urn:xmpp:hints'/></message>";

        assertThat(StanzaText.of(xml).lines())
                .containsExactly(
                        "<message id='m1'>",
                        " <encrypted xmlns='urn:xmpp:omemo:2'>",
                        "  <header sid='1'>",
                        "   <key rid='2'>" + "A".repeat(12) + "...[+48]</key>",
                        "  </header>",
                        "  <payload>short</payload>",
                        " </encrypted>",
                        " <store xmlns='urn:xmpp:hints'/>",
                        "</message>");
    }

    @Test
    void anEncryptedMessageIsFoundByItsIdAmongOthers() {
        String log = """
                RECV: <message id='m1'><encrypted/></message>
                RECV: <message type='headline' id='m2'><placeholder/></message>
                RECV: <message to='b' id='m2'><encrypted>abc</encrypted></message>
                """;

        assertThat(ServerView.findStanza(log, "m2"))
                .hasValue("<message to='b' id='m2'><encrypted>abc</encrypted></message>");
        assertThat(ServerView.findStanza(log, "m3")).isEmpty();
    }
}
