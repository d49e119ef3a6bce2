/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/** Makes keys that the front door refuses, to test the second line behind it. */
public final class UncheckedKeys {

    private UncheckedKeys() {}

    /** The point of order 1, with which every agreement is zero. */
    public static X25519PublicKey lowOrder() {
        return X25519PublicKey.trusted(new byte[X25519PublicKey.SIZE]);
    }
}
