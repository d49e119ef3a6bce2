/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.testkit.Vectors;

/** The ciphers of both namespaces' payloads. */
class PayloadVectorTest {

    @TestFactory
    Stream<DynamicTest> omemo2PayloadIsCbcAndTruncatedHmac() {
        return Vectors.tests("generated/kdf*.json", "/cases", file -> {
            JsonNode vector = file.get("omemo2_payload");
            List<Secret> keys =
                    Hkdf.deriveKeys(Hkdf.NO_SALT, secret(vector, "key"), Bytes.ofAscii("OMEMO Payload"), 32, 32, 16);
            Bytes ciphertext = bytes(vector, "ciphertext");

            assertThat(keys)
                    .containsExactly(secret(vector, "enc_key"), secret(vector, "auth_key"), secret(vector, "iv"));
            assertThat(AesCbc.encrypt(keys.get(0), keys.get(2), secret(vector, "plaintext")))
                    .isEqualTo(ciphertext);
            assertThat(AesCbc.decrypt(keys.get(0), keys.get(2), ciphertext)).isEqualTo(secret(vector, "plaintext"));
            assertThat(HmacSha256.mac(keys.get(1), 16, ciphertext)).isEqualTo(bytes(vector, "tag"));
            assertThat(HmacSha256.verify(keys.get(1), bytes(vector, "tag"), 16, ciphertext))
                    .isTrue();
        });
    }

    @TestFactory
    Stream<DynamicTest> legacyPayloadIsGcmWithAnIvOf12OrOnceOf16Bytes() {
        return Vectors.tests("generated/kdf*.json", "/cases", file -> {
            for (String name : new String[] {"legacy_payload", "legacy_payload_iv16"}) {
                JsonNode vector = file.get(name);
                Bytes sealed = Bytes.concat(bytes(vector, "ciphertext_without_tag"), bytes(vector, "tag"));
                Secret key = secret(vector, "key");
                Bytes iv = bytes(vector, "iv");

                assertThat(AesGcm.encrypt(key, iv, Bytes.EMPTY, secret(vector, "plaintext")))
                        .isEqualTo(sealed);
                assertThat(AesGcm.decrypt(key, iv, Bytes.EMPTY, sealed)).isEqualTo(secret(vector, "plaintext"));
            }
        });
    }
}
