/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable string of public bytes: a public key, a signature, a ciphertext.  Equal when the bytes are equal; prints as
 * hex.  What must stay secret is a {@link Secret}.  Safe to share between threads.
 */
public final class Bytes {

    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int MAX_PRINTED_CHARS = 64;

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** A copy of the given bytes. */
    public static Bytes of(byte... bytes) {
        return new Bytes(bytes.clone());
    }

    /**
     * The bytes that a string of hexadecimal digits stands for.
     *
     * @throws IllegalArgumentException when the string is not an even number of hexadecimal digits
     */
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    /**
     * The bytes of an ASCII string, without a terminator: the specifications write their labels this way.
     *
     * @throws IllegalArgumentException when a character is not ASCII
     */
    public static Bytes ofAscii(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length != text.length()) {
            throw new IllegalArgumentException("not ASCII: " + text);
        }
        return new Bytes(bytes);
    }

    /** All parts, one after the other. */
    public static Bytes concat(Bytes... parts) {
        int size = 0;
        for (Bytes part : parts) {
            size = Math.addExact(size, part.size());
        }
        byte[] whole = new byte[size];
        int at = 0;
        for (Bytes part : parts) {
            System.arraycopy(part.array, 0, whole, at, part.size());
            at += part.size();
        }
        return new Bytes(whole);
    }

    /** How many bytes these are. */
    public int size() {
        return array.length;
    }

    /**
     * The byte at an index.
     *
     * @throws IndexOutOfBoundsException when the index is negative or not below {@link #size()}
     */
    public byte get(int index) {
        return array[index];
    }

    /**
     * The bytes from one index (inclusive) to another (exclusive).
     *
     * @throws IndexOutOfBoundsException when the range is not inside these bytes
     */
    public Bytes slice(int from, int to) {
        if (from < 0 || to > array.length || from > to) {
            throw new IndexOutOfBoundsException("range " + from + " to " + to + " of " + array.length + " bytes");
        }
        return new Bytes(Arrays.copyOfRange(array, from, to));
    }

    /** A copy of these bytes. */
    public byte[] toByteArray() {
        return array.clone();
    }

    /** All bytes in lowercase hexadecimal. */
    public String toHex() {
        return HexFormat.of().formatHex(array);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    /** The bytes in hexadecimal, cut after 64 characters. */
    @Override
    public String toString() {
        String hex = toHex();
        return hex.length() <= MAX_PRINTED_CHARS ? hex : hex.substring(0, MAX_PRINTED_CHARS) + "…";
    }

    /** Takes over an array that nobody else will write to. */
    static Bytes adopt(byte[] array) {
        return new Bytes(array);
    }

    /** The array itself, for readers inside this package. */
    byte[] array() {
        return array;
    }
}
