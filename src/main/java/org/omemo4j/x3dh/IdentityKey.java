/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Curves;
import org.omemo4j.crypto.Ed25519PublicKey;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;

/**
 * The public identity key {@code ik} of a device, in the exact Ed25519 form in which it came: its sign bit is part of the associated
 * data.  Two keys that differ in the sign bit only are one identity ({@link #sameKeyAs}), yet not equal.  Immutable.
 */
public record IdentityKey(Ed25519PublicKey ed25519) {

    /**
     * The identity key that 32 bytes encode.
     *
     * @throws InvalidKeyException when they are no good Ed25519 public key
     */
    public static IdentityKey of(Bytes ed25519) throws InvalidKeyException {
        return new IdentityKey(Ed25519PublicKey.of(ed25519));
    }

    /**
     * The identity key of a client that shows its Curve25519 form only.
     *
     * @param signBit the sign of the Edwards form: 0 by XEdDSA's convention, else 1
     * @throws InvalidKeyException when the key has no Edwards form
     */
    public static IdentityKey ofCurve25519(X25519PublicKey key, int signBit) throws InvalidKeyException {
        return new IdentityKey(Curves.toEd25519(key, signBit));
    }

    /** The Curve25519 form, which knows no sign: for agreements, fingerprints, and to look a device up. */
    public X25519PublicKey x25519() {
        return ed25519.toX25519();
    }

    /** Whether both are the same identity, whatever their sign bits. */
    public boolean sameKeyAs(IdentityKey other) {
        return x25519().equals(other.x25519());
    }

    /** The 32 bytes in Ed25519 form, as they came. */
    public Bytes bytes() {
        return ed25519.bytes();
    }
}
