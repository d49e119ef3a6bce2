/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.LegacySignature;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;

/** Three kinds of signature are in use; one rule verifies them all. */
class SignedPreKeySignerTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final X3dh X3DH = new X3dh(Axolotl.VERSION.x3dh());
    private static final PreKey PRE_KEY =
            new PreKey(1, X25519KeyPair.generate(RANDOM).publicKey());

    @TestFactory
    Stream<DynamicTest> libsignalWritesTheSignOfItsKeyIntoTheSignature() {
        return Vectors.files("libsignal*.json").stream()
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> {
                    JsonNode vector = file.json().get("legacy_signature");

                    assertThat(isSigned(
                                    bytes(vector, "identity_public"),
                                    bytes(vector, "message"),
                                    bytes(vector, "signature")))
                            .isTrue();
                    assertThat(isSigned(
                                    bytes(vector, "identity_public"),
                                    bytes(vector, "message"),
                                    LegacySignature.withoutSignBit(bytes(vector, "signature"))))
                            .isFalse();
                }));
    }

    @TestFactory
    Stream<DynamicTest> pythonOldmemoSignsWithEd25519KeysOfEitherSign() {
        return Vectors.tests("generated/x3dh*.json", "/cases", vector -> {
            JsonNode legacy = vector.get("legacy");

            assertThat(isSigned(
                            Bytes.concat(Bytes.ofHex("05"), bytes(vector, "bob_curve25519_pub")),
                            bytes(legacy, "spk_signed_bytes"),
                            bytes(legacy, "spk_signature_bob_as_published")))
                    .isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> libomemoCSignsWithXEdDSA() {
        return Vectors.tests("generated/x3dh*.json", "/cases", vector -> {
            IdentityKeyPair bob = IdentityKeyPair.ofCurve25519(secret(vector, "bob_identity_priv"));
            Bytes written = bytes(vector.get("legacy"), "spk_signed_bytes");

            assertThat(isSigned(
                            Bytes.concat(Bytes.ofHex("05"), bytes(vector, "bob_curve25519_pub")),
                            written,
                            bob.sign(written, RANDOM)))
                    .isTrue();
        });
    }

    @Test
    void whatWeMakeHasNoSignAndVerifiesOverThirtyThreeBytes() throws Exception {
        for (IdentityKeyPair own :
                List.of(IdentityKeyPair.generate(RANDOM), IdentityKeyPair.ofCurve25519(Secret.random(RANDOM, 32)))) {
            SignedPreKeyPair signed = X3DH.sign(own, 1, X25519KeyPair.generate(RANDOM), RANDOM);
            XmlElement written = Axolotl.VERSION
                    .elements()
                    .toXml(new Bundle(own.publicKey(), signed.signedPreKey(), List.of(PRE_KEY)));
            Bytes signature = Base64Text.decode(
                    written.child("signedPreKeySignature", Axolotl.NAMESPACE)
                            .orElseThrow()
                            .text(),
                    64);

            assertThat(LegacySignature.signBit(signature)).isZero();
            assertThat(LegacySignature.verify(
                            own.publicKey().x25519(),
                            Bytes.concat(
                                    Bytes.ofHex("05"),
                                    signed.keyPair().publicKey().bytes()),
                            signature))
                    .isTrue();
        }
    }

    private static boolean isSigned(Bytes identityKey, Bytes signedPreKey, Bytes signature)
            throws MalformedMessageException {
        Bundle bundle = Axolotl.VERSION
                .elements()
                .bundle(AxolotlElements.XML
                        .element("bundle")
                        .child(text("identityKey", identityKey).build())
                        .child(text("signedPreKeySignature", signature).build())
                        .child(text("signedPreKeyPublic", signedPreKey)
                                .attribute("signedPreKeyId", "1")
                                .build())
                        .child(AxolotlElements.XML
                                .element("prekeys")
                                .child(text("preKeyPublic", AxolotlParameters.encode(PRE_KEY.key()))
                                        .attribute("preKeyId", "1")
                                        .build())
                                .build())
                        .build());
        return X3DH.verify(bundle.identityKey(), bundle.signedPreKey());
    }

    private static XmlElement.Builder text(String name, Bytes bytes) {
        return AxolotlElements.XML.element(name).text(Base64Text.encode(bytes));
    }
}
