/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import picocli.CommandLine.Option;

/** Whether to show logs. */
final class LogOption {
    @Option(names = "--verbose", description = "Show logs on stderr.")
    private boolean verbose;

    void apply() {
        if (verbose) {
            Logs.toStandardError();
        }
    }
}
