/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.protocol.SealedPayload;

class Omemo2PayloadCipherTest {

    private static final PayloadCipher CIPHER = Omemo2.VERSION.payloadCipher();

    private final SealedPayload sealed = CIPHER.seal(Bytes.ofAscii("hello"), new SecureRandom());
    private final Bytes ciphertext = sealed.payload().orElseThrow().ciphertext().orElseThrow();

    @Test
    void emptyMessageIsThirtyTwoZeroBytesWithoutAPayload() {
        SealedPayload empty = CIPHER.empty(new SecureRandom());

        assertThat(empty.payload()).isEmpty();
        assertThat(empty.keyMaterial()).isEqualTo(Secret.of(new byte[32]));
    }

    @Test
    void everySealHasAKeyOfItsOwn() {
        assertThat(CIPHER.seal(Bytes.ofAscii("hello"), new SecureRandom()).keyMaterial())
                .isNotEqualTo(sealed.keyMaterial());
    }

    @Test
    void opensAnEmptyPlaintext() throws Exception {
        SealedPayload nothing = CIPHER.seal(Bytes.EMPTY, new SecureRandom());

        assertThat(CIPHER.open(nothing.payload().orElseThrow(), nothing.keyMaterial()))
                .isEqualTo(Bytes.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 32, 33, 47, 49, 64})
    void refusesKeyMaterialOfAnotherSizeThan48Bytes(int size) {
        refuses(ciphertext, Secret.of(Arrays.copyOf(sealed.keyMaterial().reveal(), size)));
    }

    @Test
    void refusesADamagedPayload() {
        byte[] flipped = ciphertext.toByteArray();
        flipped[3] ^= 4;

        refuses(Bytes.of(flipped), sealed.keyMaterial());
        refuses(Bytes.EMPTY, sealed.keyMaterial());
        refuses(ciphertext.slice(0, ciphertext.size() - 1), sealed.keyMaterial());
        refuses(Bytes.concat(ciphertext, Bytes.ofHex("00000000000000000000000000000000")), sealed.keyMaterial());
    }

    @Test
    void refusesADamagedKeyAndADamagedMac() {
        for (int at : new int[] {0, 31, 32, 47}) {
            byte[] flipped = sealed.keyMaterial().reveal();
            flipped[at] ^= 1;
            refuses(ciphertext, Secret.of(flipped));
        }
    }

    @Test
    void refusesAPayloadWithoutCiphertext() {
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> CIPHER.open(new Payload(Bytes.EMPTY, Optional.empty()), sealed.keyMaterial()));
    }

    private static void refuses(Bytes damaged, Secret keyMaterial) {
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> CIPHER.open(new Payload(Bytes.EMPTY, Optional.of(damaged)), keyMaterial));
    }
}
