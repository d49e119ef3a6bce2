/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import picocli.CommandLine.Option;

/** Why somebody decides something about a key. */
final class ReasonOption {
    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for `omemo journal`.")
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private String reason;

    /** May be empty. */
    String text() {
        return reason;
    }
}
