/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.Secret;

/** The size of root, chain and message keys. */
final class Key {

    static final int SIZE = 32;

    private Key() {}

    static void require(Secret key) {
        if (key.size() != SIZE) {
            throw new IllegalArgumentException("a ratchet's key has 32 bytes, not " + key.size());
        }
    }
}
