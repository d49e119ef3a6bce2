/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.testkit.Vectors;

class XEdDSAVectorTest {

    @TestFactory
    Stream<DynamicTest> signaturesAreLibxeddsasByteForByte() {
        return Vectors.tests("generated/xeddsa*.json", "/sign", vector -> {
            Bytes signature = XEdDSA.sign(secret(vector, "priv"), bytes(vector, "msg"), secret(vector, "nonce64"));

            assertThat(signature).isEqualTo(bytes(vector, "xeddsa_sig_with_sign_0_key"));
        });
    }

    @TestFactory
    Stream<DynamicTest> publicKeysHaveSignBitZeroAndVerify() {
        return Vectors.tests("generated/xeddsa*.json", "/sign", vector -> {
            Ed25519PublicKey key = XEdDSA.publicKey(X25519KeyPair.of(secret(vector, "priv")));

            assertThat(key.bytes()).isEqualTo(bytes(vector, "ed25519_pub_sign_0"));
            assertThat(key.signBit()).isZero();
            assertThat(key.toX25519().bytes()).isEqualTo(bytes(vector, "curve25519_pub"));
            assertThat(key.verify(bytes(vector, "msg"), bytes(vector, "xeddsa_sig_with_sign_0_key")))
                    .isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> badSignaturesDoNotVerify() {
        return Vectors.tests(
                "generated/xeddsa*.json",
                "/verify_negative",
                vector -> assertThat(verifies(vector, bytes(vector, "sig"))).isFalse());
    }

    @TestFactory
    Stream<DynamicTest> libsignalsSignaturesVerifyWithTheirSignBitMovedToTheKey() {
        return Vectors.tests("generated/xeddsa*.json", "/libsignal_style_sign_bit_in_signature", vector -> {
            X25519PublicKey key = X25519PublicKey.of(bytes(vector, "curve25519_pub"));

            assertThat(LegacySignature.verify(key, bytes(vector, "msg"), bytes(vector, "signature")))
                    .isTrue();
        });
    }

    private static boolean verifies(JsonNode vector, Bytes signature) {
        try {
            return Ed25519PublicKey.of(bytes(vector, "ed25519_pub")).verify(bytes(vector, "msg"), signature);
        } catch (InvalidKeyException e) {
            return false;
        }
    }
}
