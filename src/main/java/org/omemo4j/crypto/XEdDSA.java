/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * Signatures with a Curve25519 private key that verify as plain Ed25519 (XEdDSA and VXEdDSA, revision 1, sections 2.3 and 2.5).  The
 * public key is the Edwards form with sign bit 0; when the private key's own point has sign 1, the scalar is negated.  Stateless and
 * safe for all threads.
 */
public final class XEdDSA {

    /** Random bytes that a signature takes. */
    public static final int RANDOM_SIZE = 64;

    /** 2^256 - 2, little endian: the prefix of hash1, which no encoded point can be (section 2.1). */
    private static final byte[] HASH1_PREFIX = new byte[Scalar25519.SIZE];

    static {
        Arrays.fill(HASH1_PREFIX, (byte) 0xff);
        HASH1_PREFIX[0] = (byte) 0xfe;
    }

    private XEdDSA() {}

    /** The key that verifies: the Edwards form of the key pair's public key, with sign bit 0. */
    public static Ed25519PublicKey publicKey(X25519KeyPair keyPair) {
        try {
            return Curves.toEd25519(keyPair.publicKey(), 0);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("the public key does not belong to the private key", e);
        }
    }

    /**
     * The signature of a message, 64 bytes.
     *
     * @param privateKey a Curve25519 private key, 32 bytes; clamped here
     * @param random 64 random bytes, never used for another signature
     */
    public static Bytes sign(Secret privateKey, Bytes message, Secret random) {
        if (privateKey.size() != X25519.SCALAR_SIZE || random.size() != RANDOM_SIZE) {
            throw new IllegalArgumentException(
                    "XEdDSA takes a key of 32 and 64 random bytes, not " + privateKey.size() + " and " + random.size());
        }
        byte[] clamped = privateKey.reveal();
        X25519.clampPrivateKey(clamped);
        byte[] reduced = Scalar25519.reduce(clamped);
        byte[] negated = Scalar25519.negate(reduced);
        byte[] publicPoint = EdwardsBase.multiply(reduced);
        try {
            // The sign of the point is not secret: legacy signatures show it.
            boolean negative = (publicPoint[Field25519.SIZE - 1] & 0x80) != 0;
            publicPoint[Field25519.SIZE - 1] &= 0x7f;
            return negative
                    ? sign(negated, negated, publicPoint, message, random)
                    : sign(clamped, reduced, publicPoint, message, random);
        } finally {
            Wipe.clear(clamped);
            Wipe.clear(reduced);
            Wipe.clear(negated);
        }
    }

    /** r = hash1(a ‖ M ‖ Z), R = rB, h = hash(R ‖ A ‖ M), s = r + ha. */
    private static Bytes sign(byte[] hashedKey, byte[] scalar, byte[] publicPoint, Bytes message, Secret random) {
        byte[] nonceHash = sha512(HASH1_PREFIX, hashedKey, message.array(), random.array());
        byte[] nonce = Scalar25519.reduce(nonceHash);
        try {
            byte[] noncePoint = EdwardsBase.multiply(nonce);
            byte[] challenge = Scalar25519.reduce(sha512(noncePoint, publicPoint, message.array()));
            byte[] s = Scalar25519.multiplyAdd(nonce, challenge, scalar);
            return Bytes.concat(Bytes.adopt(noncePoint), Bytes.adopt(s));
        } finally {
            Wipe.clear(nonceHash);
            Wipe.clear(nonce);
        }
    }

    private static byte[] sha512(byte[]... parts) {
        MessageDigest sha512 = Workbench.own().sha512;
        for (byte[] part : parts) {
            sha512.update(part);
        }
        return sha512.digest();
    }
}
