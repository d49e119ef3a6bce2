/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.testkit.Vectors;

/** Values printed in RFCs and in other libraries' tests, and signed device labels. */
class PublicValuesVectorTest {

    @TestFactory
    Stream<DynamicTest> hkdfOfRfc5869() {
        return Vectors.tests(
                "rfc*.json",
                "/rfc5869_sha256",
                vector -> assertThat(Hkdf.derive(
                                secret(vector, "salt"),
                                secret(vector, "ikm"),
                                bytes(vector, "info"),
                                vector.get("length").asInt()))
                        .isEqualTo(secret(vector, "okm")));
    }

    @TestFactory
    Stream<DynamicTest> x25519OfRfc7748() {
        return Vectors.tests(
                "rfc*.json",
                "/rfc7748_x25519/scalar_mult",
                vector -> assertThat(agree(bytes(vector, "scalar"), withoutTopBit(bytes(vector, "u"))))
                        .isEqualTo(bytes(vector, "out")));
    }

    @TestFactory
    Stream<DynamicTest> iteratedX25519OfRfc7748() {
        return Vectors.files("rfc*.json").stream()
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> {
                    JsonNode vector = file.json().at("/rfc7748_x25519/iterated");
                    Bytes scalar = bytes(vector, "start");
                    Bytes u = scalar;
                    for (int i = 1; i <= 1000; i++) {
                        Bytes out = agree(scalar, withoutTopBit(u));
                        u = scalar;
                        scalar = out;
                        if (i == 1) {
                            assertThat(scalar).isEqualTo(bytes(vector, "after_1"));
                        }
                    }
                    assertThat(scalar).isEqualTo(bytes(vector, "after_1000"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> ed25519OfRfc8032() {
        return Vectors.tests("rfc*.json", "/rfc8032_ed25519", vector -> {
            Ed25519KeyPair pair = Ed25519KeyPair.ofSeed(secret(vector, "seed"));

            assertThat(pair.publicKey().bytes()).isEqualTo(bytes(vector, "pub"));
            assertThat(pair.sign(bytes(vector, "msg"))).isEqualTo(bytes(vector, "sig"));
            assertThat(pair.publicKey().verify(bytes(vector, "msg"), bytes(vector, "sig")))
                    .isTrue();
            assertThat(pair.publicKey().toX25519().bytes()).isEqualTo(bytes(vector, "curve25519_pub"));
        });
    }

    @TestFactory
    Stream<DynamicTest> agreementOfLibsignal() {
        return Vectors.files("libsignal*.json").stream()
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> {
                    JsonNode vector = file.json().get("agreement");
                    Bytes alice = bytes(vector, "alicePublic").slice(1, 33);
                    Bytes bob = bytes(vector, "bobPublic").slice(1, 33);

                    assertThat(agree(bytes(vector, "alicePrivate"), bob)).isEqualTo(bytes(vector, "shared"));
                    assertThat(agree(bytes(vector, "bobPrivate"), alice)).isEqualTo(bytes(vector, "shared"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> signatureOfLibsignalAndEveryFlippedByte() {
        return Vectors.files("libsignal*.json").stream()
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> {
                    JsonNode vector = file.json().get("legacy_signature");
                    X25519PublicKey key =
                            X25519PublicKey.of(bytes(vector, "identity_public").slice(1, 33));
                    Bytes message = bytes(vector, "message");
                    Bytes signature = bytes(vector, "signature");

                    assertThat(LegacySignature.verify(key, message, signature)).isTrue();
                    for (int i = 0; i < signature.size(); i++) {
                        byte[] flipped = signature.toByteArray();
                        flipped[i] ^= 1;
                        assertThat(LegacySignature.verify(key, message, Bytes.of(flipped)))
                                .as("byte " + i)
                                .isFalse();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> deviceLabelsAreSignedByTheIdentityKey() {
        return Vectors.tests("generated/labels*.json", "/cases", vector -> {
            Ed25519PublicKey key = Ed25519PublicKey.of(bytes(vector, "ik"));
            Bytes label = Bytes.of(Vectors.text(vector, "label").getBytes(StandardCharsets.UTF_8));
            Bytes signature = Bytes.of(Base64.getDecoder().decode(Vectors.text(vector, "labelsig_base64")));

            assertThat(key.verify(label, signature))
                    .isEqualTo(vector.get("valid").asBoolean());
        });
    }

    private static Bytes agree(Bytes privateKey, Bytes publicKey) throws InvalidKeyException {
        return Bytes.of(X25519KeyPair.of(Secret.of(privateKey))
                .agree(X25519PublicKey.of(publicKey))
                .reveal());
    }

    /** RFC 7748 masks the top bit; we refuse it at the boundary, so its examples are masked here. */
    private static Bytes withoutTopBit(Bytes u) {
        byte[] masked = u.toByteArray();
        masked[31] &= 0x7f;
        return Bytes.of(masked);
    }
}
