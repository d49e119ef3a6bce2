/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

/** A message whose header the ratchet refuses.  Nothing has changed. */
public final class RatchetException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The message was read before, or its key is gone: not a failure to make noise about. */
        DUPLICATE,
        /** The message's number runs further ahead than the limit. */
        TOO_MANY_SKIPPED,
        /** The message claims the key that our own first message was made for, with which nobody sends. */
        NO_RECEIVING_CHAIN,
        /** The agreement with the ratchet key gave zero: a key of low order. */
        INVALID_KEY
    }

    private final Reason reason;

    RatchetException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    RatchetException(Reason reason, Throwable cause) {
        super(cause.getMessage(), cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
