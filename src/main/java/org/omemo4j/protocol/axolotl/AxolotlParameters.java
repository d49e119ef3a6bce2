/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.KeyEncoding;
import org.omemo4j.x3dh.X3dhParameters;

/** The constants of version 3 of the Signal protocol. */
final class AxolotlParameters {

    /** What a public key looks like on the wire, in the associated data and under a signature: a type byte and 32 bytes of Curve25519. */
    private static final KeyEncoding ENCODING = new KeyEncoding() {
        @Override
        public Bytes identity(IdentityKey key) {
            return encode(key.x25519());
        }

        @Override
        public Bytes preKey(X25519PublicKey key) {
            return encode(key);
        }
    };

    static final X3dhParameters X3DH = new X3dhParameters("WhisperText", ENCODING);

    /**
     * Five receiving chains, as libsignal keeps them: what its kin writes as {@code previous_counter} is the length less one, the length, or
     * nothing, and with the chains themselves at hand nobody needs it.
     */
    static final RatchetParameters RATCHET =
            new RatchetParameters("WhisperRatchet", "WhisperMessageKeys", 1000, 1000, 5);

    /** Size of the MACs in bytes: HMAC-SHA-256, cut. */
    static final int MAC_SIZE = 8;

    /** Bytes of an encoded public key. */
    static final int KEY_SIZE = 1 + X25519PublicKey.SIZE;

    /** The type of Curve25519 keys; there is no other. */
    private static final byte KEY_TYPE = 0x05;

    private static final Bytes KEY_PREFIX = Bytes.of(KEY_TYPE);

    private AxolotlParameters() {}

    /** The 33 bytes of a public key. */
    static Bytes encode(X25519PublicKey key) {
        return Bytes.concat(KEY_PREFIX, key.bytes());
    }

    /**
     * The public key that 33 bytes encode.
     *
     * @throws MalformedMessageException if they are not 33, of another type, or no proper point
     */
    static X25519PublicKey decode(Bytes bytes) throws MalformedMessageException {
        if (bytes.size() != KEY_SIZE || bytes.get(0) != KEY_TYPE) {
            throw new MalformedMessageException("a key that is not the type byte 5 and 32 bytes");
        }
        try {
            return X25519PublicKey.of(bytes.slice(1, KEY_SIZE));
        } catch (InvalidKeyException e) {
            throw new MalformedMessageException("a key that is not a proper point");
        }
    }

    /**
     * The identity key that 33 bytes encode.
     *
     * @param signBit the sign of its Edwards form, by which it signs
     * @throws MalformedMessageException if they do not, or it has no Edwards form
     */
    static IdentityKey identityKey(Bytes bytes, int signBit) throws MalformedMessageException {
        try {
            return IdentityKey.ofCurve25519(decode(bytes), signBit);
        } catch (InvalidKeyException e) {
            throw new MalformedMessageException("an identity key that nobody can sign with");
        }
    }
}
