/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.X25519PublicKey;

/**
 * The public half of a one-time prekey {@code pk}, as a bundle lists it.
 *
 * @param id 1 to 2^31-1
 */
public record PreKey(int id, X25519PublicKey key) {

    /** Refuses an id out of range with an {@link IllegalArgumentException}. */
    public PreKey {
        PreKeyId.require(id);
    }
}
