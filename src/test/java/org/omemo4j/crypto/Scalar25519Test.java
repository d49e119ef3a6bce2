/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against {@code BigInteger}, which is right, though not constant in time. */
class Scalar25519Test {

    static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    @Test
    void reducesAsBigIntegerDoes() {
        for (byte[] value : values(64)) {
            assertThat(number(Scalar25519.reduce(value)))
                    .as("%s", Bytes.of(value))
                    .isEqualTo(number(value).mod(ORDER));
        }
        for (byte[] value : values(32)) {
            assertThat(number(Scalar25519.reduce(value)))
                    .as("%s", Bytes.of(value))
                    .isEqualTo(number(value).mod(ORDER));
        }
    }

    @Test
    void multipliesAndAddsAsBigIntegerDoes() {
        List<byte[]> values = values(32);
        for (int i = 0; i < values.size(); i++) {
            byte[] a = values.get(i);
            byte[] b = values.get((i + 1) % values.size());
            byte[] c = values.get((i * 7 + 3) % values.size());
            assertThat(number(Scalar25519.multiplyAdd(a, b, c)))
                    .as("%s %s %s", Bytes.of(a), Bytes.of(b), Bytes.of(c))
                    .isEqualTo(number(b).multiply(number(c)).add(number(a)).mod(ORDER));
        }
    }

    @Test
    void negatesAsBigIntegerDoes() {
        for (byte[] value : values(32)) {
            byte[] scalar = Scalar25519.reduce(value);
            if (number(scalar).signum() != 0) {
                assertThat(number(Scalar25519.negate(scalar))).isEqualTo(ORDER.subtract(number(scalar)));
            }
        }
    }

    /** Random values, and those where a carry or a last subtraction goes wrong. */
    private static List<byte[]> values(int size) {
        List<byte[]> values = new ArrayList<>();
        BigInteger limit = BigInteger.TWO.pow(8 * size);
        for (BigInteger near : List.of(
                BigInteger.ZERO,
                ORDER,
                ORDER.shiftLeft(1),
                ORDER.multiply(BigInteger.valueOf(15)),
                limit,
                limit.shiftRight(1))) {
            for (int offset = -2; offset <= 2; offset++) {
                values.add(encode(near.add(BigInteger.valueOf(offset)).mod(limit), size));
            }
        }
        Random random = new Random(25519);
        for (int i = 0; i < 300; i++) {
            byte[] value = new byte[size];
            random.nextBytes(value);
            values.add(value);
        }
        return values;
    }

    static BigInteger number(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
        }
        return new BigInteger(1, bigEndian);
    }

    static byte[] encode(BigInteger number) {
        return encode(number, 32);
    }

    private static byte[] encode(BigInteger number, int size) {
        byte[] littleEndian = new byte[size];
        for (int i = 0; i < size; i++) {
            littleEndian[i] = number.shiftRight(8 * i).byteValue();
        }
        return littleEndian;
    }
}
