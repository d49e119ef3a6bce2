/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.testkit.Vectors;

class CurvesVectorTest {

    @TestFactory
    Stream<DynamicTest> curve25519KeysConvertToBothEdwardsForms() {
        return Vectors.tests("generated/conversions*.json", "/cases", vector -> {
            X25519PublicKey key = X25519PublicKey.of(bytes(vector, "curve25519"));

            assertThat(Curves.toEd25519(key, 0).bytes()).isEqualTo(bytes(vector, "ed25519_sign_0"));
            assertThat(Curves.toEd25519(key, 1).bytes()).isEqualTo(bytes(vector, "ed25519_sign_1"));
        });
    }

    @TestFactory
    Stream<DynamicTest> bothEdwardsFormsConvertToOneCurve25519Key() {
        return Vectors.tests("generated/conversions*.json", "/cases", vector -> {
            X25519PublicKey key = X25519PublicKey.of(bytes(vector, "curve25519"));

            assertThat(Ed25519PublicKey.of(bytes(vector, "ed25519_sign_0")).toX25519())
                    .isEqualTo(key);
            assertThat(Ed25519PublicKey.of(bytes(vector, "ed25519_sign_1")).toX25519())
                    .isEqualTo(key);
        });
    }

    @TestFactory
    Stream<DynamicTest> seedsGiveTheirKeysAndSignatures() {
        return Vectors.tests("generated/conversions*.json", "/cases", vector -> {
            Ed25519KeyPair pair = Ed25519KeyPair.ofSeed(secret(vector, "seed"));

            assertThat(pair.publicKey().bytes()).isEqualTo(bytes(vector, "seed_ed25519_pub"));
            assertThat(pair.toX25519().privateKey()).isEqualTo(secret(vector, "seed_priv"));
            assertThat(pair.toX25519().publicKey().bytes()).isEqualTo(bytes(vector, "seed_curve25519_pub"));
            assertThat(pair.sign(bytes(vector, "seed_sign_msg"))).isEqualTo(bytes(vector, "seed_sign_sig"));
        });
    }

    @TestFactory
    Stream<DynamicTest> agreementsMatchLibxeddsa() {
        return Vectors.tests("generated/conversions*.json", "/x25519", vector -> {
            X25519KeyPair own = X25519KeyPair.of(secret(vector, "priv"));

            assertThat(own.agree(X25519PublicKey.of(bytes(vector, "peer_curve25519_pub"))))
                    .isEqualTo(secret(vector, "shared"));
        });
    }

    @TestFactory
    Stream<DynamicTest> lowOrderPointsAreRefused() {
        return Vectors.tests(
                "bad_points*.json",
                "/low_order",
                vector -> assertThatExceptionOfType(InvalidKeyException.class)
                        .isThrownBy(() -> X25519PublicKey.of(bytes(vector, "u"))));
    }

    @TestFactory
    Stream<DynamicTest> nonCanonicalPointsAreRefused() {
        return Vectors.tests(
                "bad_points*.json",
                "/non_canonical",
                vector -> assertThatExceptionOfType(InvalidKeyException.class)
                        .isThrownBy(() -> X25519PublicKey.of(bytes(vector, "u"))));
    }
}
