/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.VerificationResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies keys by a URI. */
@Command(
        name = "verify",
        description = {
            "Verifies the keys in a URI that was scanned or pasted.",
            "A contact shows it as a QR code, or sends it by a way that you trust. Keys that no device has shown yet are"
                    + " pre-verified: they are verified as soon as one does. Either all of it counts, or nothing is changed.",
            "The exit code is 3 when a device is known with another key than the URI says: somebody may read along then. It is 1"
                    + " when the URI has no keys that can be used, or they are not of whom you expect.",
            "It needs no login. What you have verified is told to your other devices, and to those of contacts that you have"
                    + " verified, at the next login of omemo chat or omemo send (XEP-0450). omemo undo takes it back, key by key."
        },
        footer = {
            "",
            "Quote the URI: it has characters that mean something to a shell. With --json, each line is a key, with \"jid\","
                    + " \"devices\", \"fingerprint\" and \"result\".",
            JsonTrust.HELP_OF_VERIFICATION,
            "Where it has none that can be used, it is one line with \"result\" unusable, a \"reason\" such as no-keys, and \"text\".",
            "For example:",
            "  omemo verify --jid alice@example.org 'xmpp:bob@example.org?omemo-sid-1=d5…'",
            "  zbarimg -q --raw code.png | omemo verify --jid alice@example.org -"
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Mixin
    private final ReasonOption reason = new ReasonOption();

    @Option(
            names = "--of",
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "Whose keys you expect: those of anybody else change nothing.")
    private @Nullable EntityBareJid expected;

    @Parameters(
            index = "0",
            paramLabel = "URI",
            description = "What was scanned or pasted: xmpp:…, or an invitation link; - reads it from standard input.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private String text;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        Terminal terminal = options.terminal();
        String uri = Pasted.uri(text.equals("-") ? StandardInput.text(terminal) : text);
        try (LocalAccount local = options.open()) {
            Decided decided = new Decided(local.omemo(), options);
            VerificationResult result = local.omemo().trust().verify(Optional.ofNullable(expected), uri, reason.text());
            VerificationReport report = VerificationReport.of(uri, result, new KnownKeys(local.omemo()));
            if (options.json()) {
                report.json(terminal);
            } else if (!(result instanceof VerificationResult.Unusable)) {
                report.table(terminal);
            }
            requireVerified(result);
            decided.tellWhatFollows();
        }
        return 0;
    }

    private static void requireVerified(VerificationResult result) throws CommandFailure {
        if (result instanceof VerificationResult.Mismatch) {
            throw CommandFailure.mismatch(result.sentence());
        }
        if (result instanceof VerificationResult.Unusable) {
            throw new CommandFailure("NOTHING WAS VERIFIED. " + result.sentence());
        }
        if (result instanceof VerificationResult.Refused) {
            throw new CommandFailure(result.sentence());
        }
    }
}
