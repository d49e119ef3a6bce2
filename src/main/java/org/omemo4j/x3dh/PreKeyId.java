/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

/** The range of prekey ids (XEP-0384 0.9.1, section 2): 1 to 2^31-1, for signed and one-time prekeys alike. */
final class PreKeyId {

    private PreKeyId() {}

    static void require(int id) {
        if (id < 1) {
            throw new IllegalArgumentException("a prekey id is 1 to 2147483647, not " + id);
        }
    }
}
