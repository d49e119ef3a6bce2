/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.x3dh.IdentityKey;

/**
 * What the responder of a session needs to compute the same secret.  Unauthenticated until the message with it is.
 *
 * @param preKeyId the responder's one-time prekey, 1 to 2^31-1
 * @param signedPreKeyId the responder's signed prekey, 1 to 2^31-1
 * @param identityKey the initiator's identity key
 * @param ephemeralKey the initiator's key for this session; the same in every message until the first answer
 */
public record KeyExchange(int preKeyId, int signedPreKeyId, IdentityKey identityKey, X25519PublicKey ephemeralKey) {

    /**
     * @throws IllegalArgumentException if an id is 0 or negative
     */
    public KeyExchange {
        if (preKeyId < 1 || signedPreKeyId < 1) {
            throw new IllegalArgumentException("prekey ids are 1 to 2^31-1: " + preKeyId + ", " + signedPreKeyId);
        }
    }
}
