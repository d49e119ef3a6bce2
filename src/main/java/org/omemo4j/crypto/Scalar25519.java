/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/**
 * Numbers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of the base point, as 32 bytes little endian.
 *
 * <p>BouncyCastle keeps its own arithmetic modulo L to itself, and {@code BigInteger} takes a time that depends on the values:
 * with it, signing would leak the private key bit by bit.  So here is the little that XEdDSA needs, in eight limbs of 32 bits.  Each
 * loop runs a fixed number of rounds, and nothing branches or looks up by a secret.  A reduction takes one shift and one masked
 * subtraction a bit: slow for arithmetic (some 5 microseconds), and short enough to see that it is right.
 */
final class Scalar25519 {

    static final int SIZE = 32;

    private static final int LIMBS = 8;
    private static final long MASK = 0xffffffffL;

    /** L, least limb first. */
    private static final int[] ORDER = {0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000};

    private Scalar25519() {}

    /** A number of 32 or 64 bytes, modulo L. */
    static byte[] reduce(byte[] number) {
        int[] limbs = decode(number);
        int[] reduced = reduce(limbs);
        try {
            return encode(reduced);
        } finally {
            Wipe.clear(limbs);
            Wipe.clear(reduced);
        }
    }

    /** -scalar, for a scalar below L and not 0. */
    static byte[] negate(byte[] scalar) {
        int[] limbs = decode(scalar);
        int[] negated = new int[LIMBS];
        try {
            subtract(ORDER, limbs, negated);
            return encode(negated);
        } finally {
            Wipe.clear(limbs);
            Wipe.clear(negated);
        }
    }

    /** addend + factor · other, modulo L. */
    static byte[] multiplyAdd(byte[] addend, byte[] factor, byte[] other) {
        int[] sum = decode(addend);
        int[] left = decode(factor);
        int[] right = decode(other);
        int[] product = new int[2 * LIMBS];
        int[] reduced = product;
        try {
            System.arraycopy(sum, 0, product, 0, LIMBS);
            for (int i = 0; i < LIMBS; i++) {
                long carry = 0;
                for (int j = 0; j < LIMBS; j++) {
                    // At most (2^32-1)^2 + 2 (2^32-1) = 2^64-1: fits, read as unsigned.
                    carry += (left[i] & MASK) * (right[j] & MASK) + (product[i + j] & MASK);
                    product[i + j] = (int) carry;
                    carry >>>= 32;
                }
                for (int j = i + LIMBS; j < 2 * LIMBS; j++) {
                    carry += product[j] & MASK;
                    product[j] = (int) carry;
                    carry >>>= 32;
                }
            }
            reduced = reduce(product);
            return encode(reduced);
        } finally {
            Wipe.clear(sum);
            Wipe.clear(left);
            Wipe.clear(right);
            Wipe.clear(product);
            Wipe.clear(reduced);
        }
    }

    /** Takes the number in bit by bit, highest first: rest = 2 · rest + bit, less L when that is not below L. */
    private static int[] reduce(int[] number) {
        int[] rest = new int[LIMBS];
        int[] less = new int[LIMBS];
        for (int bit = 32 * number.length - 1; bit >= 0; bit--) {
            int carry = (number[bit >>> 5] >>> (bit & 31)) & 1;
            for (int i = 0; i < LIMBS; i++) {
                int limb = rest[i];
                rest[i] = (limb << 1) | carry;
                carry = limb >>> 31;
            }
            int keep = subtract(rest, ORDER, less);
            for (int i = 0; i < LIMBS; i++) {
                rest[i] = (rest[i] & keep) | (less[i] & ~keep);
            }
        }
        Wipe.clear(less);
        return rest;
    }

    /** difference = left - right; all ones when that is negative, else 0. */
    private static int subtract(int[] left, int[] right, int[] difference) {
        long borrow = 0;
        for (int i = 0; i < LIMBS; i++) {
            borrow += (left[i] & MASK) - (right[i] & MASK);
            difference[i] = (int) borrow;
            borrow >>= 32;
        }
        return (int) borrow;
    }

    private static int[] decode(byte[] number) {
        int[] limbs = new int[number.length / 4];
        for (int i = 0; i < number.length; i++) {
            limbs[i >>> 2] |= (number[i] & 0xff) << (8 * (i & 3));
        }
        return limbs;
    }

    private static byte[] encode(int[] limbs) {
        byte[] number = new byte[4 * limbs.length];
        for (int i = 0; i < number.length; i++) {
            number[i] = (byte) (limbs[i >>> 2] >>> (8 * (i & 3)));
        }
        return number;
    }
}
