/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.testkit.SeededRandom;

class KeysTest {

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private final SeededRandom random = new SeededRandom(2);

    @Test
    void aStoredPairIsTakenAtItsWordAndComputesNothing() {
        X25519PublicKey unrelated = X25519KeyPair.generate(random).publicKey();

        X25519KeyPair stored = X25519KeyPair.of(Secret.random(random, 32), unrelated);

        assertThat(stored.publicKey()).isSameAs(unrelated);
    }

    @Test
    void aPublicKeyIsComputedOnce() {
        X25519KeyPair pair = X25519KeyPair.generate(random);

        assertThat(pair.publicKey()).isSameAs(pair.publicKey());
    }

    @Test
    void bothSidesAgree() throws Exception {
        X25519KeyPair alice = X25519KeyPair.generate(random);
        X25519KeyPair bob = X25519KeyPair.generate(random);

        assertThat(alice.agree(bob.publicKey())).isEqualTo(bob.agree(alice.publicKey()));
    }

    @Test
    void anAllZeroAgreementIsRefusedEvenBehindTheBoundary() {
        X25519KeyPair pair = X25519KeyPair.generate(random);

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> pair.agree(UncheckedKeys.lowOrder()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void publicKeysOfAnotherSizeAreRefused(int size) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, (byte) 9);

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> X25519PublicKey.of(Bytes.of(bytes)));
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> Ed25519PublicKey.of(Bytes.of(bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void privateKeysOfAnotherSizeAreRefused(int size) {
        Secret key = Secret.of(new byte[size]);

        assertThatIllegalArgumentException().isThrownBy(() -> X25519KeyPair.of(key));
        assertThatIllegalArgumentException().isThrownBy(() -> Ed25519KeyPair.ofSeed(key));
    }

    @Test
    void edwardsPointsOfSmallOrderAreRefusedWithEitherSign() {
        // y of the eight points of order 1, 2, 4 and 8.
        for (String y : new String[] {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        }) {
            assertRefused(Bytes.ofHex(y));
            assertRefused(withTopBit(Bytes.ofHex(y)));
        }
    }

    @Test
    void edwardsKeysFromPUpwardsAreRefusedWithEitherSign() {
        for (int above = 0; above < 19; above++) {
            Bytes y = Bytes.of(Scalar25519Test.encode(P.add(BigInteger.valueOf(above))));
            assertRefused(y);
            assertRefused(withTopBit(y));
        }
    }

    @Test
    void edwardsKeysThatAreNotOnTheCurveAreRefused() {
        // y = 2: (y^2 - 1) / (d y^2 + 1) is no square.
        assertRefused(Bytes.of(Scalar25519Test.encode(BigInteger.TWO)));
    }

    @Test
    void aCurve25519KeyOfTheTwistHasNoEdwardsForm() throws Exception {
        X25519PublicKey twisted = X25519PublicKey.of(Bytes.of(Scalar25519Test.encode(BigInteger.TWO)));

        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> Curves.toEd25519(twisted, 0));
    }

    @Test
    void theHighestCanonicalKeyIsAccepted() throws Exception {
        Bytes belowLowOrder = Bytes.of(Scalar25519Test.encode(P.subtract(BigInteger.TWO)));

        assertThat(X25519PublicKey.of(belowLowOrder).bytes()).isEqualTo(belowLowOrder);
    }

    @Test
    void signaturesOfAnotherSizeAreFalseAndDoNotThrow() {
        Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
        Bytes message = Bytes.ofAscii("message");
        Bytes signature = pair.sign(message);

        assertThat(pair.publicKey().verify(message, signature)).isTrue();
        assertThat(pair.publicKey().verify(message, signature.slice(0, 63))).isFalse();
        assertThat(pair.publicKey().verify(message, Bytes.concat(signature, Bytes.of((byte) 0))))
                .isFalse();
        assertThat(pair.publicKey().verify(message, Bytes.EMPTY)).isFalse();
    }

    @Test
    void aSignatureWithSBeyondTheOrderIsFalse() {
        Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
        Bytes message = Bytes.ofAscii("message");
        Bytes signature = pair.sign(message);
        BigInteger s = Scalar25519Test.number(signature.slice(32, 64).toByteArray());
        Bytes malleated =
                Bytes.concat(signature.slice(0, 32), Bytes.of(Scalar25519Test.encode(s.add(Scalar25519Test.ORDER))));

        assertThat(pair.publicKey().verify(message, malleated)).isFalse();
    }

    @Test
    void aRandomSourceThatGivesOnlyZerosIsRefused() {
        SecureRandom broken = new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                java.util.Arrays.fill(bytes, (byte) 0);
            }
        };

        assertThatIllegalStateException().isThrownBy(() -> X25519KeyPair.generate(broken));
        assertThatIllegalStateException().isThrownBy(() -> Ed25519KeyPair.generate(broken));
    }

    private static void assertRefused(Bytes key) {
        assertThatExceptionOfType(InvalidKeyException.class).as("%s", key).isThrownBy(() -> Ed25519PublicKey.of(key));
    }

    private static Bytes withTopBit(Bytes key) {
        byte[] bytes = key.toByteArray();
        bytes[31] |= (byte) 0x80;
        return Bytes.of(bytes);
    }
}
