/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.concurrent.Callable;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes a decision about a key back. */
@Command(
        name = "undo",
        description = {
            "Takes the newest decision about a key back: it is worth what it was before.",
            "Each further undo goes one decision back. The journal keeps all of them.",
            "It needs no login. What others were told before is not recalled, and a warning says where that matters; where the key"
                    + " is verified again by the undo, they are told so at the next login of omemo chat or omemo send."
        },
        footer = {
            "",
            "With --json, it is one line with \"jid\", \"devices\", \"fingerprint\" and:",
            JsonTrust.HELP_OF_RESULTS,
            JsonTrust.HELP_OF_LEVELS,
            "For example:",
            "  omemo undo --jid alice@example.org bob@example.org --reason \"found again\" \\",
            "    d54a1f3c 80e0a6b1 b5c7b0f9 e2f0c4d3 1a6e5b77 96884f2d 0c1b3a59 47fe6021"
        })
final class UndoCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Mixin
    private final KeyArguments arguments = new KeyArguments();

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        TrustKey key = arguments.key();
        try (LocalAccount local = options.open()) {
            Decided decided = new Decided(local.omemo(), options);
            decided.tell(DecidedKey.undo(local.omemo(), key, arguments.reason()));
        }
        return 0;
    }
}
