/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.Secret;

/**
 * The key of a message that has not come yet (MKSKIPPED, Double Ratchet, revision 1, section 3.2): a row of its own in a store.
 *
 * @param seed the message key, 32 bytes
 * @param number ascends within a session; rows with low numbers go first
 */
public record SkippedMessageKey(SkippedKeyId id, Secret seed, long number) {

    /** Refuses a seed of another size than 32 bytes with an {@link IllegalArgumentException}. */
    public SkippedMessageKey {
        Key.require(seed);
    }
}
