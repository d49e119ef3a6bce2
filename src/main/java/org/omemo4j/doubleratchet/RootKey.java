/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.List;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DiffieHellman;
import org.omemo4j.crypto.Hkdf;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;

/**
 * The root key RK, 32 bytes: each Diffie-Hellman step turns it into the next one and a new chain's first key.
 */
public record RootKey(Secret secret) {

    /** Refuses another size than 32 bytes with an {@link IllegalArgumentException}. */
    public RootKey {
        Key.require(secret);
    }

    /** What a root step gives. */
    public record Step(RootKey rootKey, ChainKey chainKey) {}

    /**
     * KDF_RK (Double Ratchet, revision 1, section 5.2): HKDF with the root key as salt over the agreement, 64 bytes, split.
     *
     * @param info the version's label
     * @throws InvalidKeyException when the agreement gives zero
     */
    public Step step(DiffieHellman agreement, Bytes info) throws InvalidKeyException {
        List<Secret> keys = Hkdf.deriveKeys(secret, Bytes.EMPTY, List.of(agreement), info, Key.SIZE, Key.SIZE);
        return new Step(new RootKey(keys.get(0)), new ChainKey(keys.get(1)));
    }
}
