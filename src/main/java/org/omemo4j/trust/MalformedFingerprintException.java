/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

/** A text is no fingerprint. The message is a sentence for the person who pasted it, safe to show. */
public final class MalformedFingerprintException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Reason {
        /** It has more or fewer than 64 hex digits. */
        WRONG_LENGTH,
        /** It has a character that is neither a hex digit nor between groups of them. */
        WRONG_ALPHABET
    }

    private final Reason reason;

    MalformedFingerprintException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    /** What is wrong with it. */
    public Reason reason() {
        return reason;
    }
}
