/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.List;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Hkdf;
import org.omemo4j.crypto.Secret;

/**
 * A message key mk, 32 bytes: the seed of what encrypts and authenticates one message.
 */
public record MessageKey(Secret seed) {

    private static final int ENCRYPTION_KEY_SIZE = 32;
    private static final int AUTHENTICATION_KEY_SIZE = 32;
    private static final int IV_SIZE = 16;

    /** Refuses another size than 32 bytes with an {@link IllegalArgumentException}. */
    public MessageKey {
        Key.require(seed);
    }

    /**
     * What one message is sealed with.
     *
     * @param encryptionKey 32 bytes, for AES-256
     * @param authenticationKey 32 bytes, for HMAC-SHA-256
     * @param iv 16 bytes
     */
    public record Expanded(Secret encryptionKey, Secret authenticationKey, Secret iv) {}

    /**
     * HKDF without salt, 80 bytes, split (Double Ratchet, revision 1, section 5.2, and XEP-0384 0.9.1, section 3).
     *
     * @param info the version's label, ASCII
     */
    public Expanded expand(String info) {
        List<Secret> keys = Hkdf.deriveKeys(
                Hkdf.NO_SALT, seed, Bytes.ofAscii(info), ENCRYPTION_KEY_SIZE, AUTHENTICATION_KEY_SIZE, IV_SIZE);
        return new Expanded(keys.get(0), keys.get(1), keys.get(2));
    }
}
