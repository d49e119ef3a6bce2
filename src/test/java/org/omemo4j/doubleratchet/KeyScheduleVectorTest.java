/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DiffieHellman;
import org.omemo4j.crypto.Hkdf;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.testkit.Vectors;

class KeyScheduleVectorTest {

    private static final Map<String, String> MESSAGE_KEY_INFO = Map.of(
            "urn:xmpp:omemo:2", "OMEMO Message Key Material",
            "eu.siacs.conversations.axolotl", "WhisperMessageKeys");

    private static final Map<String, String> ROOT_INFO = Map.of(
            "urn:xmpp:omemo:2", "OMEMO Root Chain",
            "eu.siacs.conversations.axolotl", "WhisperRatchet");

    @TestFactory
    Stream<DynamicTest> rootStepsOfBothNamespaces() {
        return Vectors.tests("generated/kdf*.json", "/cases", vector -> {
            for (Map.Entry<String, String> namespace : ROOT_INFO.entrySet()) {
                JsonNode expected = vector.get(namespace.getKey());

                assertThat(Hkdf.deriveKeys(
                                secret(vector, "root_key"),
                                secret(vector, "dh_output"),
                                Bytes.ofAscii(namespace.getValue()),
                                32,
                                32))
                        .containsExactly(secret(expected, "new_root_key"), secret(expected, "new_chain_key"));
            }
        });
    }

    @Test
    void aRootStepIsThatDerivationOverTheAgreement() throws Exception {
        X25519KeyPair own = X25519KeyPair.generate(new SecureRandom());
        X25519PublicKey theirs = X25519KeyPair.generate(new SecureRandom()).publicKey();
        RootKey rootKey = new RootKey(Secret.random(new SecureRandom(), 32));
        Bytes info = Bytes.ofAscii("OMEMO Root Chain");

        RootKey.Step step = rootKey.step(new DiffieHellman(own, theirs), info);

        assertThat(Hkdf.deriveKeys(rootKey.secret(), own.agree(theirs), info, 32, 32))
                .containsExactly(step.rootKey().secret(), step.chainKey().secret());
    }

    @TestFactory
    Stream<DynamicTest> chainStepsAndMessageKeysOfBothNamespaces() {
        return Vectors.tests("generated/kdf*.json", "/cases", vector -> {
            ChainKey chainKey = new ChainKey(secret(vector, "chain_key"));
            for (Map.Entry<String, String> namespace : MESSAGE_KEY_INFO.entrySet()) {
                JsonNode expected = vector.get(namespace.getKey());

                assertThat(chainKey.messageKey().seed()).isEqualTo(secret(expected, "message_key_from_chain"));
                assertThat(chainKey.next().secret()).isEqualTo(secret(expected, "next_chain_key"));
                assertThat(chainKey.messageKey().expand(namespace.getValue()))
                        .isEqualTo(new MessageKey.Expanded(
                                secret(expected, "enc_key"), secret(expected, "auth_key"), secret(expected, "iv")));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> chainKeysOfLibsignalAndLibomemoC() {
        return Vectors.tests("libsignal*.json", "/chain_key", vector -> {
            ChainKey chainKey = new ChainKey(secret(vector, "chain_key"));
            String info = Objects.requireNonNull(MESSAGE_KEY_INFO.get(Vectors.text(vector, "namespace")));

            assertThat(chainKey.messageKey().seed()).isEqualTo(secret(vector, "message_key"));
            assertThat(chainKey.next().secret()).isEqualTo(secret(vector, "next_chain_key"));
            assertThat(chainKey.messageKey().expand(info))
                    .isEqualTo(new MessageKey.Expanded(
                            secret(vector, "enc_key"), secret(vector, "mac_key"), secret(vector, "iv")));
        });
    }
}
