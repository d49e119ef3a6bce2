/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;

/**
 * What an application of X3DH fixes (X3DH, revision 1, section 2.1); curve and hash are always Curve25519 and SHA-256.
 *
 * @param info the label of the key derivation, ASCII, such as "OMEMO X3DH"
 * @param encoding how public keys are written
 */
public record X3dhParameters(String info, KeyEncoding encoding) {

    /** Refuses a label that is not ASCII with an {@link IllegalArgumentException}. */
    public X3dhParameters {
        Bytes.ofAscii(info);
    }
}
