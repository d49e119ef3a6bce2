/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECFieldElement;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * The base point of edwards25519 times a free scalar, encoded as in RFC 8032, section 5.1.2.
 *
 * <p>BouncyCastle's Ed25519 multiplies only by scalars that it hashed out of a seed itself, and its X25519 only by clamped ones and
 * without the sign.  Its short Weierstrass form of Curve25519 takes any scalar: the comb runs a fixed number of rounds over a table
 * that it reads in full each time.  The {@code BigInteger} there is only the parcel in which the scalar is handed over: it is unpacked
 * into a fixed number of words, and nothing is computed with it.
 */
final class EdwardsBase {

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("curve25519");

    /** A / 3 modulo p, with A = 486662: the Weierstrass x is u + A / 3 (big endian). */
    private static final ECFieldElement THIRD_OF_A = CURVE.getCurve()
            .fromBigInteger(new BigInteger("2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad2451", 16));

    /** The root of -486664 in x = root · u / v that maps base point to base point (RFC 7748, section 4.1). */
    private static final int[] ROOT =
            Field25519.decode(Bytes.ofHex("e781ba0055fb91337de582b42e2c5e3a81b003fc23f7842d44f95f9f0b12d970")
                    .array());

    private EdwardsBase() {}

    /**
     * scalar · B.
     *
     * @param scalar 32 bytes, little endian, below L and not 0
     */
    static byte[] multiply(byte[] scalar) {
        byte[] bigEndian = reverse(scalar);
        try {
            ECPoint point = new FixedPointCombMultiplier()
                    .multiply(CURVE.getG(), new BigInteger(1, bigEndian))
                    .normalize();
            return toEdwards(point);
        } finally {
            Wipe.clear(bigEndian);
        }
    }

    /** y = (u - 1) / (u + 1) with the sign of x = root · u / v.  The point is public from here on. */
    private static byte[] toEdwards(ECPoint point) {
        if (point.isInfinity()) {
            throw new IllegalArgumentException("the scalar is 0");
        }
        int[] u = Field25519.decode(
                reverse(point.getAffineXCoord().subtract(THIRD_OF_A).getEncoded()));
        int[] v = Field25519.decode(reverse(point.getAffineYCoord().getEncoded()));
        int[] x = Field25519.divide(u, v);
        X25519Field.mul(x, ROOT, x);
        byte[] encoded = Field25519.encode(Field25519.divide(Field25519.minusOne(u), Field25519.plusOne(u)));
        encoded[Field25519.SIZE - 1] |= (byte) ((Field25519.encode(x)[0] & 1) << 7);
        return encoded;
    }

    private static byte[] reverse(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
