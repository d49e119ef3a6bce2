/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Ed25519KeyPair;
import org.omemo4j.crypto.Ed25519PublicKey;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.XEdDSA;

/**
 * A device's long-lived identity: one key that agrees as Curve25519 and signs as Ed25519 (XEP-0384 0.9.1, section 2).  The private
 * half has one of two forms.  Immutable, and safe for all threads.
 */
public final class IdentityKeyPair {

    /** What the private key is. */
    public enum Form {
        /** An Ed25519 seed (RFC 8032): what this library makes.  Signs as RFC 8032 says. */
        ED25519_SEED,
        /** A Curve25519 private key: what other clients' stores hold.  Signs with XEdDSA; the public sign bit is 0. */
        CURVE25519
    }

    private final Form form;
    private final Secret privateKey;
    private final X25519KeyPair keyPair;
    private final IdentityKey publicKey;
    private final @Nullable Ed25519KeyPair signer;

    private IdentityKeyPair(
            Form form,
            Secret privateKey,
            X25519KeyPair keyPair,
            Ed25519PublicKey publicKey,
            @Nullable Ed25519KeyPair signer) {
        this.form = form;
        this.privateKey = privateKey;
        this.keyPair = keyPair;
        this.publicKey = new IdentityKey(publicKey);
        this.signer = signer;
    }

    /**
     * A fresh identity: an Ed25519 seed, drawn until the sign bit of the public key is 0.  So its Edwards form is the same by every
     * client's convention.
     */
    public static IdentityKeyPair generate(SecureRandom random) {
        while (true) {
            Ed25519KeyPair drawn = Ed25519KeyPair.generate(random);
            if (drawn.publicKey().signBit() == 0) {
                return ofSeed(drawn);
            }
        }
    }

    /** The identity of an Ed25519 seed, 32 bytes; its sign bit is what it is. */
    public static IdentityKeyPair ofSeed(Secret seed) {
        return ofSeed(Ed25519KeyPair.ofSeed(seed));
    }

    /** The identity of a Curve25519 private key, 32 bytes; its sign bit is 0. */
    public static IdentityKeyPair ofCurve25519(Secret privateKey) {
        X25519KeyPair keyPair = X25519KeyPair.of(privateKey);
        return new IdentityKeyPair(Form.CURVE25519, privateKey, keyPair, XEdDSA.publicKey(keyPair), null);
    }

    private static IdentityKeyPair ofSeed(Ed25519KeyPair pair) {
        return new IdentityKeyPair(Form.ED25519_SEED, pair.seed(), pair.toX25519(), pair.publicKey(), pair);
    }

    /** The public identity key. */
    public IdentityKey publicKey() {
        return publicKey;
    }

    /** The pair for agreements. */
    public X25519KeyPair keyPair() {
        return keyPair;
    }

    /**
     * The signature of a message, 64 bytes, which verifies as Ed25519 under {@link #publicKey()}.
     *
     * @param random where XEdDSA takes its 64 bytes from; an Ed25519 seed needs none
     */
    public Bytes sign(Bytes message, SecureRandom random) {
        return signer != null
                ? signer.sign(message)
                : XEdDSA.sign(privateKey, message, Secret.random(random, XEdDSA.RANDOM_SIZE));
    }

    /** Which of the two the private key is. */
    public Form form() {
        return form;
    }

    /** The private key as a store keeps it: seed or Curve25519 key, 32 bytes. */
    public Secret privateKey() {
        return privateKey;
    }

    /** Equal when form and private key are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof IdentityKeyPair that && form == that.form && privateKey.equals(that.privateKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return "IdentityKeyPair[" + publicKey.bytes() + "]";
    }
}
