/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.KeyEncoding;
import org.omemo4j.x3dh.X3dhParameters;

/** The constants of XEP-0384 0.9.1, "Protocol Definition". */
final class Omemo2Parameters {

    /** What an identity key looks like on the wire and in the associated data: 32 bytes of Ed25519, as received. */
    private static final KeyEncoding ENCODING = new KeyEncoding() {
        @Override
        public Bytes identity(IdentityKey key) {
            return key.ed25519().bytes();
        }

        @Override
        public Bytes preKey(X25519PublicKey key) {
            return key.bytes();
        }
    };

    static final X3dhParameters X3DH = new X3dhParameters("OMEMO X3DH", ENCODING);

    /** One receiving chain: {@code pn} says how many keys of the closing chain to keep. */
    static final RatchetParameters RATCHET =
            new RatchetParameters("OMEMO Root Chain", "OMEMO Message Key Material", 1000, 1000, 1);

    /** HKDF info of the payload's keys. */
    static final Bytes PAYLOAD_INFO = Bytes.ofAscii("OMEMO Payload");

    /** Size of the MACs in bytes: HMAC-SHA-256, cut. */
    static final int MAC_SIZE = 16;

    private Omemo2Parameters() {}
}
