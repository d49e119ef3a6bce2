/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked. The message is one sentence for a person. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Something went wrong outside: the server, the account, the contact, a file. */
    static final int RUNTIME = 1;

    /** The command was called wrongly. */
    static final int USAGE = 2;

    /** A device has another key than it should have. */
    static final int MISMATCH = 3;

    private final int exitCode;
    private final String forPrograms;
    private final @Nullable String reason;

    CommandFailure(String sentence) {
        this(sentence, sentence, null, RUNTIME);
    }

    CommandFailure(String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = RUNTIME;
        this.forPrograms = sentence;
        this.reason = null;
    }

    private CommandFailure(String sentence, String forPrograms, @Nullable String reason, int exitCode) {
        super(sentence);
        this.exitCode = exitCode;
        this.forPrograms = forPrograms;
        this.reason = reason;
    }

    static CommandFailure usage(String sentence) {
        return new CommandFailure(sentence, sentence, null, USAGE);
    }

    /**
     * Nothing leaves in clear, nor encrypted, without a new word of a person.
     *
     * @param remedy what a person can type in a chat.
     */
    static CommandFailure plaintextAgreed(String sentence, String remedy) {
        return new CommandFailure(sentence + ". " + remedy, sentence, "plaintext-agreed", RUNTIME);
    }

    /** Somebody may read along. */
    static CommandFailure mismatch(String sentence) {
        return new CommandFailure(sentence, sentence, null, MISMATCH);
    }

    /** Its sentence without what only a person can do. */
    String forPrograms() {
        return forPrograms;
    }

    /** A word for programs, where there is one. */
    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** {@link #RUNTIME}, {@link #USAGE} or {@link #MISMATCH}. */
    int exitCode() {
        return exitCode;
    }
}
