/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DiffieHellman;
import org.omemo4j.crypto.Hkdf;
import org.omemo4j.crypto.LegacySignature;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.testkit.Vectors;

class X3dhVectorTest {

    private static final String FILES = "generated/x3dh*.json";

    private static final X3dh OMEMO_2 = new X3dh(new X3dhParameters("OMEMO X3DH", TestEncodings.OMEMO_2));
    private static final X3dh LEGACY = new X3dh(new X3dhParameters("WhisperText", TestEncodings.LEGACY));

    @TestFactory
    Stream<DynamicTest> bothSidesOfOmemo2AgreeAsInTheVector() {
        return Vectors.tests(FILES, "/cases", vector -> {
            JsonNode expected = vector.get("omemo2");
            Bytes signature = bytes(expected, "spk_signature_bob");

            for (Agreement agreement : bothSides(OMEMO_2, vector, bob(vector).publicKey(), signature)) {
                assertThat(agreement.sharedSecret()).isEqualTo(secret(expected, "shared_secret"));
                assertThat(Bytes.concat(
                                agreement.associatedData().initiator(),
                                agreement.associatedData().responder()))
                        .isEqualTo(bytes(expected, "associated_data"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> bothSidesOfLegacyAgreeAsInTheVector() {
        return Vectors.tests(FILES, "/cases", vector -> {
            JsonNode expected = vector.get("legacy");
            Bytes published = bytes(expected, "spk_signature_bob_as_published");
            IdentityKey bob = IdentityKey.ofCurve25519(
                    X25519PublicKey.of(bytes(vector, "bob_curve25519_pub")), LegacySignature.signBit(published));

            for (Agreement agreement : bothSides(LEGACY, vector, bob, LegacySignature.withoutSignBit(published))) {
                Bytes alice = agreement.associatedData().initiator();
                Bytes responder = agreement.associatedData().responder();
                assertThat(agreement.sharedSecret()).isEqualTo(secret(expected, "shared_secret"));
                assertThat(Bytes.concat(alice, responder)).isEqualTo(bytes(expected, "associated_data_alice_to_bob"));
                assertThat(Bytes.concat(responder, alice)).isEqualTo(bytes(expected, "associated_data_bob_to_alice"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> signedBytesAreTheEncodedPreKey() {
        return Vectors.tests(FILES, "/cases", vector -> {
            X25519PublicKey key = X25519PublicKey.of(bytes(vector, "signed_pre_key_pub"));

            assertThat(TestEncodings.OMEMO_2.preKey(key)).isEqualTo(bytes(vector.get("omemo2"), "spk_signed_bytes"));
            assertThat(TestEncodings.LEGACY.preKey(key)).isEqualTo(bytes(vector.get("legacy"), "spk_signed_bytes"));
        });
    }

    @TestFactory
    Stream<DynamicTest> identitiesOfBothFormsShowTheirKeys() {
        return Vectors.tests(FILES, "/cases", vector -> {
            for (String name : new String[] {"alice", "bob"}) {
                IdentityKeyPair seed = IdentityKeyPair.ofSeed(secret(vector, name + "_identity_seed"));
                IdentityKeyPair curve = IdentityKeyPair.ofCurve25519(secret(vector, name + "_identity_priv"));

                assertThat(seed.publicKey().bytes()).isEqualTo(bytes(vector, name + "_ed25519_pub"));
                assertThat(seed.publicKey().x25519().bytes()).isEqualTo(bytes(vector, name + "_curve25519_pub"));
                assertThat(curve.publicKey().sameKeyAs(seed.publicKey())).isTrue();
                assertThat(curve.publicKey().ed25519().signBit()).isZero();
            }
        });
    }

    /** libsignal's own test has no one-time prekey, which OMEMO always has: so the derivation below X3DH is asked here. */
    @TestFactory
    Stream<DynamicTest> libsignalsResponderHasTheSameRootKey() {
        return Vectors.files("libsignal*.json").stream()
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> {
                    JsonNode vector = file.json().get("session");
                    X25519KeyPair identity = X25519KeyPair.of(secret(vector, "bob_identity_private"));
                    X25519KeyPair signedPreKey = X25519KeyPair.of(secret(vector, "bob_signed_pre_key_private"));
                    X25519PublicKey alice = X25519PublicKey.of(
                            bytes(vector, "alice_identity_public").slice(1, 33));
                    X25519PublicKey base = X25519PublicKey.of(
                            bytes(vector, "alice_base_public").slice(1, 33));

                    assertThat(Hkdf.deriveKeys(
                                    Hkdf.NO_SALT,
                                    Bytes.ofHex("ff".repeat(32)),
                                    List.of(
                                            new DiffieHellman(signedPreKey, alice),
                                            new DiffieHellman(identity, base),
                                            new DiffieHellman(signedPreKey, base)),
                                    Bytes.ofAscii("WhisperText"),
                                    32,
                                    32))
                            .containsExactly(secret(vector, "root_key"), secret(vector, "first_chain_key"));
                }));
    }

    private static Agreement[] bothSides(X3dh x3dh, JsonNode vector, IdentityKey bobsKey, Bytes signature)
            throws X3dhException {
        X25519KeyPair ephemeral = pair(vector, "ephemeral");
        SignedPreKeyPair signedPreKey = new SignedPreKeyPair(1, pair(vector, "signed_pre_key"), signature);
        PreKeyPair preKey = new PreKeyPair(1, pair(vector, "one_time_pre_key"));
        IdentityKeyPair alice = IdentityKeyPair.ofSeed(secret(vector, "alice_identity_seed"));
        return new Agreement[] {
            x3dh.initiate(alice, ephemeral, bobsKey, signedPreKey.signedPreKey(), preKey.preKey()),
            x3dh.respond(bob(vector), signedPreKey, preKey, alice.publicKey(), ephemeral.publicKey())
        };
    }

    private static IdentityKeyPair bob(JsonNode vector) {
        return IdentityKeyPair.ofSeed(secret(vector, "bob_identity_seed"));
    }

    private static X25519KeyPair pair(JsonNode vector, String name) {
        X25519KeyPair pair = X25519KeyPair.of(secret(vector, name + "_priv"));
        assertThat(pair.publicKey().bytes()).isEqualTo(bytes(vector, name + "_pub"));
        return pair;
    }
}
