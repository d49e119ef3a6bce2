/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;

/** Entries of the journal of trust, for a person or for a program. */
final class JournalReport {
    private final Terminal terminal;

    JournalReport(Terminal terminal) {
        this.terminal = terminal;
    }

    void table(List<TrustEntry> entries) {
        TerminalColors colors = TerminalColors.of(terminal);
        Table table = new Table("WHEN", "WHOSE", "WHAT", "BY", "KEY, AND WHY");
        for (TrustEntry entry : entries) {
            String key =
                    entry.fingerprint().map(shown -> colors.paint(shown) + "  ").orElse("");
            table.row(
                    LocalTime.of(entry.time()),
                    entry.jid().toString(),
                    what(entry),
                    by(entry),
                    (key + OneLine.of(entry.reason())).stripTrailing());
        }
        table.print(terminal);
    }

    void json(List<TrustEntry> entries) {
        JsonLines lines = new JsonLines(terminal.outForPrograms());
        entries.forEach(entry -> lines.print(line -> write(line, entry)));
    }

    private static String what(TrustEntry entry) {
        if (entry.refusal().isPresent()) {
            return "refused: " + Words.shown(entry.refusal().get());
        }
        if (entry.means() == TrustMeans.ACCEPTANCE) {
            return "key accepted";
        }
        String before = entry.from().map(from -> from.words() + " -> ").orElse("");
        return before + entry.to().map(TrustLevel::words).orElse("not decided");
    }

    private static String by(TrustEntry entry) {
        String means = entry.means() == TrustMeans.URI ? "URI" : Words.shown(entry.means());
        return means + entry.by().map(sender -> " of " + sender.device()).orElse("");
    }

    /** Other programs rely on the names: fields may be added, never renamed. */
    private static void write(JsonGenerator line, TrustEntry entry) throws IOException {
        line.writeNumberField("number", entry.number());
        line.writeStringField("time", entry.time().toString());
        line.writeStringField("jid", entry.jid().toString());
        JsonLines.writeOrNull(line, "fingerprint", entry.fingerprint().map(Fingerprint::hex));
        JsonLines.writeOrNull(line, "from", entry.from().map(Words::of));
        JsonLines.writeOrNull(line, "trust", entry.to().map(Words::of));
        line.writeStringField("means", Words.of(entry.means()));
        JsonTrust.writeSender(line, entry.by());
        line.writeStringField("reason", entry.reason());
        JsonLines.writeOrNull(line, "refusal", entry.refusal().map(Words::of));
    }
}
