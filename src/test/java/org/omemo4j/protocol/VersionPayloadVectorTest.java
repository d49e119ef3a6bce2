/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.ScriptedRandom;
import org.omemo4j.testkit.Vectors;

class VersionPayloadVectorTest {

    private static final PayloadCipher OMEMO_2 = Omemo2.VERSION.payloadCipher();
    private static final PayloadCipher LEGACY = Axolotl.VERSION.payloadCipher();

    @TestFactory
    Stream<DynamicTest> omemo2SealsAndOpensAsInTheVector() {
        return Vectors.tests("generated/kdf*.json", "/cases", file -> {
            JsonNode vector = file.get("omemo2_payload");
            Payload payload = new Payload(Bytes.EMPTY, Optional.of(bytes(vector, "ciphertext")));
            ScriptedRandom random = new ScriptedRandom().then(bytes(vector, "key"));

            assertThat(OMEMO_2.seal(bytes(vector, "plaintext"), random)).isEqualTo(sealed(vector, payload));
            assertThat(OMEMO_2.open(payload, secret(vector, "key_and_tag"))).isEqualTo(bytes(vector, "plaintext"));
        });
    }

    @TestFactory
    Stream<DynamicTest> legacySealsAndOpensAsInTheVector() {
        return Vectors.tests("generated/kdf*.json", "/cases", file -> {
            JsonNode vector = file.get("legacy_payload");
            Payload payload = legacy(vector);
            ScriptedRandom random =
                    new ScriptedRandom().then(bytes(vector, "key")).then(bytes(vector, "iv"));

            assertThat(LEGACY.seal(bytes(vector, "plaintext"), random)).isEqualTo(sealed(vector, payload));
            assertThat(LEGACY.open(payload, secret(vector, "key_and_tag"))).isEqualTo(bytes(vector, "plaintext"));
        });
    }

    @TestFactory
    Stream<DynamicTest> legacyOpensWhatOldSendersSealedWithSixteenBytesOfIv() {
        return Vectors.tests("generated/kdf*.json", "/cases", file -> {
            JsonNode vector = file.get("legacy_payload_iv16");

            assertThat(LEGACY.open(legacy(vector), Secret.concat(secret(vector, "key"), secret(vector, "tag"))))
                    .isEqualTo(bytes(vector, "plaintext"));
        });
    }

    private static Payload legacy(JsonNode vector) {
        return new Payload(bytes(vector, "iv"), Optional.of(bytes(vector, "ciphertext_without_tag")));
    }

    private static SealedPayload sealed(JsonNode vector, Payload payload) {
        return new SealedPayload(secret(vector, "key_and_tag"), Optional.of(payload));
    }
}
