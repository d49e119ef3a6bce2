/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.Bytes;

/** A message on its way between two {@link Talker}s. */
record Letter(RatchetHeader header, Bytes ciphertext, Bytes tag) {

    /** The same with another header; its tag is wrong then. */
    Letter withHeader(RatchetHeader forged) {
        return new Letter(forged, ciphertext, tag);
    }
}
