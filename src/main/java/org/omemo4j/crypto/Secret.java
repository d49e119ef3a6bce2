/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * An immutable string of secret bytes: a private key, a chain key, a plaintext.  Never prints its content, and compares in
 * constant time.  Java cannot promise that its memory is wiped.  Safe to share between threads.
 */
public final class Secret {

    private final byte[] array;

    private Secret(byte[] array) {
        this.array = array;
    }

    /** A copy of the given bytes; wiping the original stays the caller's task. */
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** A secret with the content of public bytes, where the two are used side by side. */
    public static Secret of(Bytes bytes) {
        return new Secret(bytes.toByteArray());
    }

    /**
     * Fresh random bytes.
     *
     * @throws IllegalStateException when the source gives nothing but zeros, which a working one never does for a key
     */
    public static Secret random(SecureRandom random, int size) {
        byte[] drawn = new byte[size];
        random.nextBytes(drawn);
        if (size > 0 && MessageDigest.isEqual(drawn, new byte[size])) {
            throw new IllegalStateException("the random source gave " + size + " zero bytes");
        }
        return new Secret(drawn);
    }

    /** All parts, one after the other. */
    public static Secret concat(Secret... parts) {
        int size = 0;
        for (Secret part : parts) {
            size = Math.addExact(size, part.size());
        }
        byte[] whole = new byte[size];
        int at = 0;
        for (Secret part : parts) {
            System.arraycopy(part.array, 0, whole, at, part.size());
            at += part.size();
        }
        return new Secret(whole);
    }

    /** How many bytes these are. */
    public int size() {
        return array.length;
    }

    /**
     * The bytes from one index (inclusive) to another (exclusive).
     *
     * @throws IndexOutOfBoundsException when the range is not inside this secret
     */
    public Secret slice(int from, int to) {
        if (from < 0 || to > array.length || from > to) {
            throw new IndexOutOfBoundsException("range " + from + " to " + to + " of " + array.length + " bytes");
        }
        return new Secret(Arrays.copyOfRange(array, from, to));
    }

    /** A copy of the bytes.  The caller wipes it after use. */
    public byte[] reveal() {
        return array.clone();
    }

    /** Compares in a time that depends on the sizes only. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(array, that.array);
    }

    /** Tells the size only: a hash of the content would leak some of it. */
    @Override
    public int hashCode() {
        return array.length;
    }

    /** The size, never the content. */
    @Override
    public String toString() {
        return "Secret[" + array.length + " bytes]";
    }

    /** Takes over an array that nobody else will write to. */
    static Secret adopt(byte[] array) {
        return new Secret(array);
    }

    /** The array itself, for readers inside this package: the hot path copies nothing. */
    byte[] array() {
        return array;
    }
}
