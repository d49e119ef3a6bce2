/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

/** A command cannot do what it was asked. The message is one sentence for a person. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Something went wrong outside: the server, the account, the contact, a file. */
    static final int RUNTIME = 1;

    /** The command was called wrongly. */
    static final int USAGE = 2;

    private final int exitCode;

    CommandFailure(String sentence) {
        super(sentence);
        this.exitCode = RUNTIME;
    }

    CommandFailure(String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = RUNTIME;
    }

    private CommandFailure(String sentence, int exitCode) {
        super(sentence);
        this.exitCode = exitCode;
    }

    static CommandFailure usage(String sentence) {
        return new CommandFailure(sentence, USAGE);
    }

    /** {@link #RUNTIME} or {@link #USAGE}. */
    int exitCode() {
        return exitCode;
    }
}
