/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.smack.OmemoTrust;
import org.omemo4j.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows who has decided what about whose keys. */
@Command(
        name = "journal",
        description = {
            "Shows what was decided about keys, and what was refused, the newest first.",
            "It tells when, whose key, what, by what means, and why. It needs no login."
        },
        footer = {
            "",
            "With --json, each line is an entry, with \"number\", \"time\", \"jid\", \"fingerprint\", \"from\", \"trust\", \"means\", \"by\","
                    + " \"reason\" and \"refusal\". \"means\" is person, uri, trust-message (\"by\" which device), undo or acceptance.",
            JsonTrust.HELP_OF_LEVELS + " \"from\" and \"trust\" are null where nobody had, or has, decided.",
            "For example:",
            "  omemo journal --jid alice@example.org bob@example.org"
        })
final class JournalCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            defaultValue = "" + Integer.MAX_VALUE,
            description = "Show so many of the newest entries only.")
    private int limit;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "Only about keys of this account.")
    private @Nullable EntityBareJid jid;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        if (limit < 1) {
            throw CommandFailure.usage("--limit is at least 1");
        }
        Terminal terminal = options.terminal();
        List<TrustEntry> entries;
        try (LocalAccount local = options.open()) {
            OmemoTrust trust = local.omemo().trust();
            entries = jid == null ? trust.journal(limit) : trust.journal(jid, limit);
        }
        if (entries.isEmpty()) {
            terminal.say("nothing was decided yet");
        } else if (options.json()) {
            new JournalReport(terminal).json(entries);
        } else {
            new JournalReport(terminal).table(entries);
        }
        return 0;
    }
}
