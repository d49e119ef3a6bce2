/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/** A public key that must not be used: wrong size, not canonical, not on the curve, or of small order. */
public final class InvalidKeyException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the key. */
    public InvalidKeyException(String message) {
        super(message);
    }
}
