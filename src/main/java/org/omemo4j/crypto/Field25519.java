/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/** Elements of the field modulo p = 2^255-19 in their encoding: 32 bytes, little endian (RFC 7748, section 5). */
final class Field25519 {

    static final int SIZE = 32;

    private Field25519() {}

    /** Whether 32 bytes encode a number below p. */
    static boolean isCanonical(byte[] encoded) {
        if ((encoded[SIZE - 1] & 0xff) != 0x7f) {
            return (encoded[SIZE - 1] & 0x80) == 0;
        }
        for (int i = SIZE - 2; i > 0; i--) {
            if ((encoded[i] & 0xff) != 0xff) {
                return true;
            }
        }
        return (encoded[0] & 0xff) < 0xed;
    }

    /** Reads an element; the top bit is left out. */
    static int[] decode(byte[] encoded) {
        int[] element = X25519Field.create();
        X25519Field.decode(encoded, element);
        return element;
    }

    static byte[] encode(int[] element) {
        byte[] encoded = new byte[SIZE];
        X25519Field.normalize(element);
        X25519Field.encode(element, encoded);
        return encoded;
    }

    /** numerator / denominator; 0 when the denominator is 0. */
    static int[] divide(int[] numerator, int[] denominator) {
        int[] quotient = X25519Field.create();
        X25519Field.inv(denominator, quotient);
        X25519Field.mul(quotient, numerator, quotient);
        return quotient;
    }

    /** element + 1. */
    static int[] plusOne(int[] element) {
        int[] sum = X25519Field.create();
        X25519Field.copy(element, 0, sum, 0);
        X25519Field.addOne(sum);
        return sum;
    }

    /** element - 1. */
    static int[] minusOne(int[] element) {
        int[] difference = X25519Field.create();
        X25519Field.copy(element, 0, difference, 0);
        X25519Field.subOne(difference);
        return difference;
    }

    /** -element. */
    static int[] negate(int[] element) {
        int[] negated = X25519Field.create();
        X25519Field.negate(element, negated);
        return negated;
    }
}
