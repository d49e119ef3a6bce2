/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519KeyPair;

/**
 * A signed prekey of our own.
 *
 * @param id 1 to 2^31-1
 * @param signature 64 bytes by our identity key
 */
public record SignedPreKeyPair(int id, X25519KeyPair keyPair, Bytes signature) {

    /** Refuses an id out of range with an {@link IllegalArgumentException}. */
    public SignedPreKeyPair {
        PreKeyId.require(id);
    }

    /** The half that is published. */
    public SignedPreKey signedPreKey() {
        return new SignedPreKey(id, keyPair.publicKey(), signature);
    }
}
