/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.HmacSha256;
import org.omemo4j.crypto.Secret;

/**
 * A chain key CK, 32 bytes: gives one message key and the next chain key.  KDF_CK (Double Ratchet, revision 1, section 5.2).
 */
public record ChainKey(Secret secret) {

    private static final byte MESSAGE_KEY = 0x01;
    private static final byte NEXT_CHAIN_KEY = 0x02;

    /** Refuses another size than 32 bytes with an {@link IllegalArgumentException}. */
    public ChainKey {
        Key.require(secret);
    }

    /** mk = HMAC(CK, 0x01). */
    public MessageKey messageKey() {
        return new MessageKey(HmacSha256.derive(secret, MESSAGE_KEY));
    }

    /** CK' = HMAC(CK, 0x02). */
    public ChainKey next() {
        return new ChainKey(HmacSha256.derive(secret, NEXT_CHAIN_KEY));
    }
}
