/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.security.SecureRandom;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/** How a version encrypts what all devices read.  Thread-safe. */
public interface PayloadCipher {

    /** Encrypts under a fresh key; the result always has a payload. */
    SealedPayload seal(Bytes plaintext, SecureRandom random);

    /** What an empty message carries: it moves the ratchet, and nobody is shown anything. */
    SealedPayload empty(SecureRandom random);

    /**
     * Decrypts.
     *
     * @param payload as it was received
     * @param keyMaterial what this device got in its key message
     * @throws AuthenticationFailedException if the key material has the wrong size, or the payload is not authentic
     */
    Bytes open(Payload payload, Secret keyMaterial) throws AuthenticationFailedException;
}
