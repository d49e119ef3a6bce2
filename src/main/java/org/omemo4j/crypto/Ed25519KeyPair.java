/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 key pair (RFC 8032, section 5.1.5), made from a seed of 32 bytes.  The public key is computed once.  Immutable, and
 * safe for all threads.
 */
public final class Ed25519KeyPair {

    private final Secret seed;
    private final Ed25519PublicKey publicKey;

    private Ed25519KeyPair(Secret seed, Ed25519PublicKey publicKey) {
        this.seed = seed;
        this.publicKey = publicKey;
    }

    /** A fresh key pair. */
    public static Ed25519KeyPair generate(SecureRandom random) {
        return ofSeed(Secret.random(random, Ed25519.SECRET_KEY_SIZE));
    }

    /** The key pair of a seed of 32 bytes. */
    public static Ed25519KeyPair ofSeed(Secret seed) {
        if (seed.size() != Ed25519.SECRET_KEY_SIZE) {
            throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.size());
        }
        byte[] encoded = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed.array(), 0, encoded, 0);
        try {
            return new Ed25519KeyPair(seed, Ed25519PublicKey.of(Bytes.adopt(encoded)));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a computed Ed25519 public key is always valid", e);
        }
    }

    /** The public key. */
    public Ed25519PublicKey publicKey() {
        return publicKey;
    }

    /** The seed, 32 bytes. */
    public Secret seed() {
        return seed;
    }

    /** The signature of a message, 64 bytes; the same message always gives the same one. */
    public Bytes sign(Bytes message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed.array(), 0, publicKey.bytes().array(), 0, message.array(), 0, message.size(), signature, 0);
        return Bytes.adopt(signature);
    }

    /** The same key for Diffie-Hellman: its scalar, clamp(SHA-512(seed)[0..32]), and the Curve25519 form of the public key. */
    public X25519KeyPair toX25519() {
        byte[] hash = Workbench.own().sha512.digest(seed.array());
        try {
            byte[] scalar = Arrays.copyOf(hash, X25519.SCALAR_SIZE);
            X25519.clampPrivateKey(scalar);
            return X25519KeyPair.of(Secret.adopt(scalar), publicKey.toX25519());
        } finally {
            Wipe.clear(hash);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519KeyPair that && seed.equals(that.seed);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return "Ed25519KeyPair[" + publicKey.bytes() + "]";
    }
}
