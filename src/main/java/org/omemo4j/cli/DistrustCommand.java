/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.concurrent.Callable;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Distrusts a key. */
@Command(
        name = "distrust",
        description = {
            "Distrusts a key: nothing is encrypted for it any more.",
            "That stays so whatever lists, sessions or other devices say; only omemo undo takes it back, here.",
            "It needs no login. It is told to your other devices, and to those of contacts that you have verified, at the next"
                    + " login of omemo chat or omemo send (XEP-0450); what they do because of it, no undo recalls."
        },
        footer = {
            "",
            "With --json, it is one line with \"jid\", \"devices\", \"fingerprint\" and:",
            JsonTrust.HELP_OF_RESULTS,
            JsonTrust.HELP_OF_LEVELS,
            "For example:",
            "  omemo distrust --jid alice@example.org bob@example.org --reason stolen \\",
            "    d54a1f3c 80e0a6b1 b5c7b0f9 e2f0c4d3 1a6e5b77 96884f2d 0c1b3a59 47fe6021"
        })
final class DistrustCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Mixin
    private final KeyArguments arguments = new KeyArguments();

    @Option(
            names = "--compromised",
            description = "The key is in wrong hands: not even messages without content go there.")
    private boolean compromised;

    @Option(names = "--unknown", description = "Also a key that no device has shown yet.")
    private boolean unknown;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        TrustKey key = arguments.key();
        try (LocalAccount local = options.open()) {
            if (!unknown) {
                new KnownKeys(local.omemo()).require(key);
            }
            Decided decided = new Decided(local.omemo(), options);
            Decision decision = compromised ? Decision.COMPROMISE : Decision.DISTRUST;
            decided.tell(DecidedKey.decide(local.omemo(), key, decision, arguments.reason()));
        }
        return 0;
    }
}
