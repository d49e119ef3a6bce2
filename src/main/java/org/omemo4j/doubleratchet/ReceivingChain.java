/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.X25519PublicKey;

/**
 * A chain of the other side that is still open: CKr and Nr.
 *
 * @param ratchetKey the sender's ratchet key that the chain belongs to
 * @param n the number of the message that the chain key is for
 */
public record ReceivingChain(X25519PublicKey ratchetKey, ChainKey chainKey, long n) {

    /** Refuses a negative number with an {@link IllegalArgumentException}. */
    public ReceivingChain {
        if (n < 0) {
            throw new IllegalArgumentException("a chain counts from 0, not from " + n);
        }
    }
}
