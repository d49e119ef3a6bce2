/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.testkit.Vectors;

/** C2SP Wycheproof: known attacks on implementations of the primitives. */
class WycheproofVectorTest {

    /** What we refuse although RFC 7748 lets it pass. */
    private static final Set<String> REFUSED = Set.of("NonCanonicalPublic", "LowOrderPublic", "ZeroSharedSecret");

    @TestFactory
    Stream<DynamicTest> x25519() {
        return Vectors.wycheproof("wycheproof/x25519*.json", (group, vector) -> {
            Bytes theirs = bytes(vector, "public");
            X25519KeyPair own = X25519KeyPair.of(secret(vector, "private"));

            if (isRefused(vector, theirs)) {
                assertThatExceptionOfType(InvalidKeyException.class)
                        .isThrownBy(() -> own.agree(X25519PublicKey.of(theirs)));
            } else {
                assertThat(own.agree(X25519PublicKey.of(theirs))).isEqualTo(secret(vector, "shared"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> ed25519() {
        return Vectors.wycheproof("wycheproof/ed25519*.json", (group, vector) -> {
            Ed25519PublicKey key = Ed25519PublicKey.of(bytes(group.get("publicKey"), "pk"));

            assertThat(key.verify(bytes(vector, "msg"), bytes(vector, "sig"))).isEqualTo(isValid(vector));
        });
    }

    @TestFactory
    Stream<DynamicTest> hkdf() {
        return Vectors.wycheproof("wycheproof/hkdf_sha256*.json", (group, vector) -> {
            Secret salt = secret(vector, "salt");
            Secret keyMaterial = secret(vector, "ikm");
            Bytes info = bytes(vector, "info");
            int size = vector.get("size").asInt();

            if (isValid(vector)) {
                assertThat(Hkdf.derive(salt, keyMaterial, info, size)).isEqualTo(secret(vector, "okm"));
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.derive(salt, keyMaterial, info, size));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> hmac() {
        return Vectors.wycheproof("wycheproof/hmac_sha256*.json", (group, vector) -> {
            int size = group.get("tagSize").asInt() / 8;
            Secret key = secret(vector, "key");
            Bytes tag = bytes(vector, "tag");

            assertThat(HmacSha256.verify(key, tag, size, bytes(vector, "msg"))).isEqualTo(isValid(vector));
            assertThat(HmacSha256.mac(key, size, bytes(vector, "msg")).equals(tag))
                    .isEqualTo(isValid(vector));
        });
    }

    @TestFactory
    Stream<DynamicTest> aesCbc() {
        return Vectors.wycheproof("wycheproof/aes_cbc_pkcs5*.json", (group, vector) -> {
            Secret key = secret(vector, "key");
            Secret iv = secret(vector, "iv");
            Bytes ciphertext = bytes(vector, "ct");

            if (isValid(vector)) {
                assertThat(AesCbc.encrypt(key, iv, secret(vector, "msg"))).isEqualTo(ciphertext);
                assertThat(AesCbc.decrypt(key, iv, ciphertext)).isEqualTo(secret(vector, "msg"));
            } else {
                assertThatExceptionOfType(DecryptionException.class)
                        .isThrownBy(() -> AesCbc.decrypt(key, iv, ciphertext));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> aesGcm() {
        return Vectors.wycheproof("wycheproof/aes_gcm*.json", (group, vector) -> {
            Secret key = secret(vector, "key");
            Bytes iv = bytes(vector, "iv");
            Bytes associatedData = bytes(vector, "aad");
            Bytes ciphertext = Bytes.concat(bytes(vector, "ct"), bytes(vector, "tag"));

            if (isValid(vector)) {
                assertThat(AesGcm.encrypt(key, iv, associatedData, secret(vector, "msg")))
                        .isEqualTo(ciphertext);
                assertThat(AesGcm.decrypt(key, iv, associatedData, ciphertext)).isEqualTo(secret(vector, "msg"));
            } else {
                assertThatExceptionOfType(DecryptionException.class)
                        .isThrownBy(() -> AesGcm.decrypt(key, iv, associatedData, ciphertext));
            }
        });
    }

    private static boolean isValid(JsonNode vector) {
        return Vectors.text(vector, "result").equals("valid");
    }

    private static boolean isRefused(JsonNode vector, Bytes publicKey) {
        for (JsonNode flag : vector.get("flags")) {
            if (REFUSED.contains(flag.asText())) {
                return true;
            }
        }
        return publicKey.get(31) < 0; // The top bit.
    }
}
