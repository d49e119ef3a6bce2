/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.X25519PublicKey;

/**
 * The header of a message (Double Ratchet, revision 1, section 3.1); not authenticated before its MAC was checked.
 *
 * @param ratchetKey the sender's ratchet key, {@code dh_pub}
 * @param n the message's number in its chain, from 0 to 2^32-1
 * @param pn how many messages the sender's previous chain had, from 0 to 2^32-1; some senders count one less
 */
public record RatchetHeader(X25519PublicKey ratchetKey, long n, long pn) {

    /** The highest number that the wire's unsigned 32 bits hold. */
    public static final long MAX_NUMBER = 0xffffffffL;

    /** Refuses numbers out of range with an {@link IllegalArgumentException}. */
    public RatchetHeader {
        if (n < 0 || n > MAX_NUMBER || pn < 0 || pn > MAX_NUMBER) {
            throw new IllegalArgumentException("n and pn are 0 to 4294967295, not " + n + " and " + pn);
        }
    }
}
