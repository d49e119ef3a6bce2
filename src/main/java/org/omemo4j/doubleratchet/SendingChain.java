/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

/**
 * Our current chain: CKs and Ns.
 *
 * @param n the number that the next message gets
 */
public record SendingChain(ChainKey chainKey, long n) {

    /** Refuses a negative number with an {@link IllegalArgumentException}. */
    public SendingChain {
        if (n < 0) {
            throw new IllegalArgumentException("a chain counts from 0, not from " + n);
        }
    }
}
