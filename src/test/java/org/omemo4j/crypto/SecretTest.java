/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class SecretTest {

    private static final byte[] CONTENT = {1, 2, 3, 4};

    @Test
    void aSecretPrintsItsSizeOnly() {
        assertThat(Secret.of(CONTENT)).hasToString("Secret[4 bytes]");
    }

    @Test
    void itsHashTellsNothingOfTheContent() {
        assertThat(Secret.of(CONTENT)).hasSameHashCodeAs(Secret.of(new byte[4]));
    }

    @Test
    void secretsAreEqualByContent() {
        assertThat(Secret.of(CONTENT)).isEqualTo(Secret.of(CONTENT)).isNotEqualTo(Secret.of(new byte[4]));
        assertThat(Secret.of(CONTENT)).isNotEqualTo(Secret.of(new byte[5]));
    }

    @Test
    void neitherTheGivenNorTheRevealedArrayReachesIntoIt() {
        byte[] given = CONTENT.clone();
        Secret secret = Secret.of(given);
        given[0] = 99;
        secret.reveal()[1] = 99;

        assertThat(secret.reveal()).containsExactly(CONTENT);
    }

    @Test
    void slicesAndConcatenations() {
        Secret secret = Secret.of(CONTENT);

        assertThat(Secret.concat(secret.slice(0, 1), secret.slice(1, 4))).isEqualTo(secret);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> secret.slice(2, 5));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> secret.slice(3, 2));
    }

    @Test
    void keyPairsPrintTheirPublicHalfOnly() {
        Secret key = Secret.of(Bytes.ofHex("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));

        assertThat(X25519KeyPair.of(key).toString()).doesNotContain("00112233445566778899aabbccddeeff");
        assertThat(Ed25519KeyPair.ofSeed(key).toString()).doesNotContain("00112233445566778899aabbccddeeff");
    }
}
