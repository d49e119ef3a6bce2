/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

/** A key agreement that must not go on, because of what the peer sent. */
public final class X3dhException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The signed prekey is not signed by the identity key. */
        BAD_SIGNATURE,
        /** An agreement gave zero: a key of low order. */
        INVALID_KEY
    }

    private final Reason reason;

    X3dhException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    X3dhException(Reason reason, Throwable cause) {
        super(cause.getMessage(), cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
