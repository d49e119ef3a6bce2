/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/** HMAC with SHA-256 (RFC 2104, FIPS 180-4), whole or truncated.  Stateless and safe for all threads. */
public final class HmacSha256 {

    /** Bytes of an untruncated MAC. */
    public static final int SIZE = HmacEngine.SIZE;

    private HmacSha256() {}

    /**
     * The MAC of the parts, one after the other.
     *
     * @param size bytes to keep from the front, 1 to 32
     */
    public static Bytes mac(Secret key, int size, Bytes... parts) {
        requireSize(size);
        byte[] whole = new byte[SIZE];
        Workbench.own().hmac.mac(key.array(), whole, parts);
        return Bytes.adopt(size == SIZE ? whole : Arrays.copyOf(whole, size));
    }

    /**
     * Whether a tag is the MAC of the parts.  A tag of another size is wrong; the comparison takes the same time wherever the
     * difference is.
     *
     * @param size bytes that the tag must have, 1 to 32
     */
    public static boolean verify(Secret key, Bytes tag, int size, Bytes... parts) {
        requireSize(size);
        return MessageDigest.isEqual(mac(key, size, parts).array(), tag.array());
    }

    /** The MAC of one byte as a new secret of 32 bytes: how a symmetric chain steps (Double Ratchet, revision 1, section 5.2). */
    public static Secret derive(Secret key, byte constant) {
        byte[] derived = new byte[SIZE];
        Workbench.own().hmac.mac(key.array(), constant, derived);
        return Secret.adopt(derived);
    }

    private static void requireSize(int size) {
        if (size < 1 || size > SIZE) {
            throw new IllegalArgumentException("a MAC has 1 to " + SIZE + " bytes, not " + size);
        }
    }
}
