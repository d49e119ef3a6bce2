/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/**
 * A ciphertext that does not decrypt: bad size, bad padding or bad tag.  It says no more, so that nobody can be asked for
 * more.
 */
public final class DecryptionException extends Exception {

    private static final long serialVersionUID = 1L;

    DecryptionException() {
        super("does not decrypt");
    }
}
