/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 public key (RFC 8032, section 5.1.2): 32 bytes, y little endian with the sign of x in the top bit.  Whoever holds
 * one knows that it is canonical, on the curve and not of small order.  Keeps the exact bytes, sign bit included.  Immutable.
 */
public final class Ed25519PublicKey {

    /** Bytes of a public key. */
    public static final int SIZE = 32;

    private static final int SIGNATURE_SIZE = 64;

    private final Bytes bytes;
    private final Ed25519.PublicPoint point;
    /** Filled at the first question; two threads that ask at once compute the same value. */
    private volatile @Nullable X25519PublicKey x25519;

    private Ed25519PublicKey(Bytes bytes, Ed25519.PublicPoint point) {
        this.bytes = bytes;
        this.point = point;
    }

    /**
     * The key that these bytes encode.
     *
     * @throws InvalidKeyException when they are not 32, y is p or more, the point is not on the curve, or is of small order
     */
    public static Ed25519PublicKey of(Bytes bytes) throws InvalidKeyException {
        if (bytes.size() != SIZE) {
            throw new InvalidKeyException("an Ed25519 public key has 32 bytes, not " + bytes.size());
        }
        Ed25519.@Nullable PublicPoint point = Ed25519.validatePublicKeyPartialExport(bytes.array(), 0);
        if (point == null) {
            throw new InvalidKeyException("not a canonical Ed25519 public key on the curve, or one of small order");
        }
        return new Ed25519PublicKey(bytes, point);
    }

    /** The 32 bytes as they came. */
    public Bytes bytes() {
        return bytes;
    }

    /** The sign of x: 0 or 1. */
    public int signBit() {
        return (bytes.get(SIZE - 1) & 0x80) >>> 7;
    }

    /** The same point on Curve25519, which has no sign; computed once. */
    public X25519PublicKey toX25519() {
        X25519PublicKey known = x25519;
        if (known == null) {
            known = Curves.toX25519(this);
            x25519 = known;
        }
        return known;
    }

    /** Whether the 64 bytes are a signature of the message under this key (RFC 8032, section 5.1.7, with S below L).  Never throws. */
    public boolean verify(Bytes message, Bytes signature) {
        return signature.size() == SIGNATURE_SIZE
                && Ed25519.verify(signature.array(), 0, point, message.array(), 0, message.size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519PublicKey that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return "Ed25519PublicKey[" + bytes + "]";
    }
}
