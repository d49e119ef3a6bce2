/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/** The legacy namespace's rule for signatures: the sign of the Edwards key travels in the top bit of byte 63. */
public final class LegacySignature {

    private LegacySignature() {}

    /** Whether a signature of 64 bytes is good under a key in Curve25519 form. */
    public static boolean verify(X25519PublicKey key, Bytes message, Bytes signature) throws InvalidKeyException {
        return Curves.toEd25519(key, signBit(signature)).verify(message, withoutSignBit(signature));
    }

    /** The sign of the Edwards key. */
    public static int signBit(Bytes signature) {
        return (signature.get(63) & 0x80) >>> 7;
    }

    /** The plain Ed25519 signature. */
    public static Bytes withoutSignBit(Bytes signature) {
        byte[] cleared = signature.toByteArray();
        cleared[63] &= 0x7f;
        return Bytes.of(cleared);
    }
}
