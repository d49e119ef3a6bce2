/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.util.Set;

/**
 * A Curve25519 public key: a u-coordinate of 32 bytes, little endian (RFC 7748, section 5).  Whoever holds one knows that it is
 * canonical (below p = 2^255-19) and not of low order; the check is made once, where the bytes come in.  Immutable.
 */
public final class X25519PublicKey {

    /** Bytes of a public key. */
    public static final int SIZE = 32;

    /**
     * The canonical points of order 1, 2, 4 and 8 on the curve and its twist.  With them each agreement is zero, so a peer could
     * force a shared secret that everybody knows (RFC 7748, section 6.1).
     */
    private static final Set<Bytes> LOW_ORDER = Set.of(
            Bytes.ofHex("0000000000000000000000000000000000000000000000000000000000000000"),
            Bytes.ofHex("0100000000000000000000000000000000000000000000000000000000000000"),
            Bytes.ofHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
            Bytes.ofHex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            Bytes.ofHex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"));

    private final Bytes bytes;

    private X25519PublicKey(Bytes bytes) {
        this.bytes = bytes;
    }

    /**
     * The key that these bytes encode.
     *
     * @throws InvalidKeyException when they are not 32, not canonical (p or more, or the top bit set), or a point of low order
     */
    public static X25519PublicKey of(Bytes bytes) throws InvalidKeyException {
        if (bytes.size() != SIZE) {
            throw new InvalidKeyException("a Curve25519 public key has 32 bytes, not " + bytes.size());
        }
        if (!Field25519.isCanonical(bytes.array())) {
            throw new InvalidKeyException("not a canonical Curve25519 public key");
        }
        if (LOW_ORDER.contains(bytes)) {
            throw new InvalidKeyException("a Curve25519 public key of low order");
        }
        return new X25519PublicKey(bytes);
    }

    /** The 32 bytes. */
    public Bytes bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof X25519PublicKey that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return "X25519PublicKey[" + bytes + "]";
    }

    /** A key that is known to be good: it was computed here. */
    static X25519PublicKey trusted(byte[] array) {
        return new X25519PublicKey(Bytes.adopt(array));
    }
}
