/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519PublicKey;

/** How a version of OMEMO writes public keys: X3DH's Encode(PK) (X3DH, revision 1, section 2.1).  Stateless. */
public interface KeyEncoding {

    /** The bytes of an identity key in the associated data. */
    Bytes identity(IdentityKey key);

    /** The bytes of a prekey that its signature covers. */
    Bytes preKey(X25519PublicKey key);
}
