/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * A Curve25519 key pair for Diffie-Hellman (RFC 7748, section 6.1).  The private key is kept as it came and clamped at use.  The
 * public key is computed at most once.  Equal when the private keys are equal.  Immutable to the eye, and safe for all threads.
 */
public final class X25519KeyPair {

    private final Secret privateKey;
    /** Filled at the first question; two threads that ask at once compute the same value. */
    private volatile @Nullable X25519PublicKey publicKey;

    private X25519KeyPair(Secret privateKey, @Nullable X25519PublicKey publicKey) {
        if (privateKey.size() != X25519.SCALAR_SIZE) {
            throw new IllegalArgumentException("a Curve25519 private key has 32 bytes, not " + privateKey.size());
        }
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** A fresh key pair. */
    public static X25519KeyPair generate(SecureRandom random) {
        return new X25519KeyPair(Secret.random(random, X25519.SCALAR_SIZE), null);
    }

    /** The pair of a private key of 32 bytes; its public key is computed when first asked for. */
    public static X25519KeyPair of(Secret privateKey) {
        return new X25519KeyPair(privateKey, null);
    }

    /** A pair from a store that kept both halves; nothing is computed, and that they belong together is the store's word. */
    public static X25519KeyPair of(Secret privateKey, X25519PublicKey publicKey) {
        return new X25519KeyPair(privateKey, publicKey);
    }

    /** The public key. */
    public X25519PublicKey publicKey() {
        X25519PublicKey known = publicKey;
        if (known == null) {
            byte[] u = new byte[X25519.POINT_SIZE];
            X25519.generatePublicKey(privateKey.array(), 0, u, 0);
            known = X25519PublicKey.trusted(u);
            publicKey = known;
        }
        return known;
    }

    /** The private key, 32 bytes, perhaps not clamped. */
    public Secret privateKey() {
        return privateKey;
    }

    /**
     * The shared secret with another public key, 32 bytes.
     *
     * @throws InvalidKeyException when it is all zero, that is, when the other key is of low order
     */
    public Secret agree(X25519PublicKey theirs) throws InvalidKeyException {
        byte[] shared = new byte[X25519.POINT_SIZE];
        agree(theirs, shared, 0);
        return Secret.adopt(shared);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof X25519KeyPair that && privateKey.equals(that.privateKey);
    }

    @Override
    public int hashCode() {
        return publicKey().hashCode();
    }

    @Override
    public String toString() {
        return "X25519KeyPair[" + publicKey().bytes() + "]";
    }

    /** The shared secret, written into a scratch array that the caller wipes. */
    void agree(X25519PublicKey theirs, byte[] out, int at) throws InvalidKeyException {
        // X25519PublicKey lets no low-order point in; RFC 7748 (section 6.1) wants the result looked at all the same.
        if (!X25519.calculateAgreement(privateKey.array(), 0, theirs.bytes().array(), 0, out, at)) {
            throw new InvalidKeyException("the X25519 result is zero");
        }
    }
}
