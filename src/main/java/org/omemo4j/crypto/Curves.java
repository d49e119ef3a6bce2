/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/**
 * The one place where keys change their form between Curve25519 and edwards25519: the birational map of RFC 7748, section 4.1.
 */
public final class Curves {

    private Curves() {}

    /** u = (1 + y) / (1 - y).  The sign bit is lost: both signs give the same key. */
    public static X25519PublicKey toX25519(Ed25519PublicKey key) {
        int[] y = Field25519.decode(key.bytes().array());
        int[] minusY = Field25519.negate(y);
        int[] u = Field25519.divide(Field25519.plusOne(y), Field25519.plusOne(minusY));
        // The map keeps the order of a point, and a key of small order was refused when it came in.
        return X25519PublicKey.trusted(Field25519.encode(u));
    }

    /**
     * y = (u - 1) / (u + 1), with the sign that the caller gives: Curve25519 does not tell it.
     *
     * @param signBit 0 or 1
     * @throws InvalidKeyException when u belongs to the twist, where no Ed25519 key is
     */
    public static Ed25519PublicKey toEd25519(X25519PublicKey key, int signBit) throws InvalidKeyException {
        if (signBit != 0 && signBit != 1) {
            throw new IllegalArgumentException("a sign bit is 0 or 1, not " + signBit);
        }
        int[] u = Field25519.decode(key.bytes().array());
        byte[] encoded = Field25519.encode(Field25519.divide(Field25519.minusOne(u), Field25519.plusOne(u)));
        encoded[Field25519.SIZE - 1] |= (byte) (signBit << 7);
        return Ed25519PublicKey.of(Bytes.adopt(encoded));
    }
}
