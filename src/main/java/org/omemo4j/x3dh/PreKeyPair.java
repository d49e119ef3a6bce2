/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.X25519KeyPair;

/**
 * A one-time prekey of our own.
 *
 * @param id 1 to 2^31-1
 */
public record PreKeyPair(int id, X25519KeyPair keyPair) {

    /** Refuses an id out of range with an {@link IllegalArgumentException}. */
    public PreKeyPair {
        PreKeyId.require(id);
    }

    /** The half that is published. */
    public PreKey preKey() {
        return new PreKey(id, keyPair.publicKey());
    }
}
