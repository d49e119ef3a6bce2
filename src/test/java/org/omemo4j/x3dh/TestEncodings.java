/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519PublicKey;

/** How the two namespaces write keys, told anew here: the layers above do not exist for these tests. */
public enum TestEncodings implements KeyEncoding {
    /** Raw keys, the identity in Ed25519 form. */
    OMEMO_2 {
        @Override
        public Bytes identity(IdentityKey key) {
            return key.bytes();
        }

        @Override
        public Bytes preKey(X25519PublicKey key) {
            return key.bytes();
        }
    },
    /** A type byte 0x05, and everything in Curve25519 form. */
    LEGACY {
        @Override
        public Bytes identity(IdentityKey key) {
            return preKey(key.x25519());
        }

        @Override
        public Bytes preKey(X25519PublicKey key) {
            return Bytes.concat(Bytes.of((byte) 5), key.bytes());
        }
    }
}
