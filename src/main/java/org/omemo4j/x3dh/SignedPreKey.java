/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519PublicKey;

/**
 * The public half of a signed prekey {@code spk}, as a bundle shows it.  The signature is not checked yet.
 *
 * @param id 1 to 2^31-1
 * @param signature {@code spks}, as it came; a good one has 64 bytes
 */
public record SignedPreKey(int id, X25519PublicKey key, Bytes signature) {

    /** Refuses an id out of range with an {@link IllegalArgumentException}. */
    public SignedPreKey {
        PreKeyId.require(id);
    }
}
