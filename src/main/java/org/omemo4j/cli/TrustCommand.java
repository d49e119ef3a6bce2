/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.concurrent.Callable;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trusts a key. */
@Command(
        name = "trust",
        description = {
            "Trusts a key: messages are encrypted for it.",
            "With --verified you say that you have compared the fingerprint with what the other device itself shows, in person"
                    + " or by a call; `omemo verify` does so with a URI.",
            "It needs no login. What you have verified is told to your other devices, and to those of contacts that you have"
                    + " verified, at the next login of omemo chat or omemo send (XEP-0450). omemo undo takes it back."
        },
        footer = {
            "",
            "With --json, it is one line with \"jid\", \"devices\", \"fingerprint\" and:",
            JsonTrust.HELP_OF_RESULTS,
            JsonTrust.HELP_OF_LEVELS,
            "For example:",
            "  omemo trust --jid alice@example.org bob@example.org --verified \\",
            "    d54a1f3c 80e0a6b1 b5c7b0f9 e2f0c4d3 1a6e5b77 96884f2d 0c1b3a59 47fe6021"
        })
final class TrustCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Mixin
    private final KeyArguments arguments = new KeyArguments();

    @Option(names = "--verified", description = "You have compared the fingerprint.")
    private boolean verified;

    @Option(names = "--unknown", description = "Also a key that no device has shown yet.")
    private boolean unknown;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        TrustKey key = arguments.key();
        try (LocalAccount local = options.open()) {
            OmemoManager omemo = local.omemo();
            if (!unknown) {
                new KnownKeys(omemo).require(key);
            }
            Decided decided = new Decided(omemo, options);
            Decision decision = verified ? Decision.VERIFY : Decision.TRUST;
            decided.tell(DecidedKey.decide(omemo, key, decision, arguments.reason()));
        }
        return 0;
    }
}
