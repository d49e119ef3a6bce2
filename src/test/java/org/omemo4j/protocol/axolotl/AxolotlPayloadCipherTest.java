/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

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

class AxolotlPayloadCipherTest {

    private static final PayloadCipher CIPHER = Axolotl.VERSION.payloadCipher();

    private final SealedPayload sealed = CIPHER.seal(Bytes.ofAscii("hello"), new SecureRandom());
    private final Payload payload = sealed.payload().orElseThrow();
    private final Bytes ciphertext = payload.ciphertext().orElseThrow();

    @Test
    void aDeviceGetsKeyAndTagAndThePayloadIsAsLongAsTheText() {
        assertThat(sealed.keyMaterial().size()).isEqualTo(32);
        assertThat(payload.iv().size()).isEqualTo(12);
        assertThat(ciphertext.size()).isEqualTo(5);
    }

    @Test
    void emptyMessageIsAKeyAndAnInitialisationVector() {
        SealedPayload empty = CIPHER.empty(new SecureRandom());

        assertThat(empty.keyMaterial().size()).isEqualTo(16);
        assertThat(empty.payload().orElseThrow().iv().size()).isEqualTo(12);
        assertThat(empty.payload().orElseThrow().ciphertext()).isEmpty();
    }

    @Test
    void everySealHasAKeyAndAnInitialisationVectorOfItsOwn() {
        SealedPayload other = CIPHER.seal(Bytes.ofAscii("hello"), new SecureRandom());

        assertThat(other.keyMaterial()).isNotEqualTo(sealed.keyMaterial());
        assertThat(other.payload().orElseThrow().iv()).isNotEqualTo(payload.iv());
    }

    @Test
    void opensAnEmptyPlaintext() throws Exception {
        SealedPayload nothing = CIPHER.seal(Bytes.EMPTY, new SecureRandom());

        assertThat(nothing.payload().flatMap(Payload::ciphertext)).contains(Bytes.EMPTY);
        assertThat(CIPHER.open(nothing.payload().orElseThrow(), nothing.keyMaterial()))
                .isEqualTo(Bytes.EMPTY);
    }

    @Test
    void refusesAKeyAloneWithItsTagInThePayload() {
        Bytes tag = Bytes.of(sealed.keyMaterial().slice(16, 32).reveal());

        refuses(
                payload.iv(),
                Bytes.concat(ciphertext, tag),
                sealed.keyMaterial().slice(0, 16));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 31, 33, 48})
    void refusesKeyMaterialOfAnotherSizeThan32Bytes(int size) {
        refuses(
                payload.iv(),
                ciphertext,
                Secret.of(Arrays.copyOf(sealed.keyMaterial().reveal(), size)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 13, 15, 17})
    void refusesAnInitialisationVectorOfAnotherSize(int size) {
        refuses(Bytes.of(Arrays.copyOf(payload.iv().toByteArray(), size)), ciphertext, sealed.keyMaterial());
    }

    @Test
    void refusesADamagedPayload() {
        byte[] flipped = ciphertext.toByteArray();
        flipped[3] ^= 4;

        refuses(payload.iv(), Bytes.of(flipped), sealed.keyMaterial());
        refuses(payload.iv(), Bytes.EMPTY, sealed.keyMaterial());
        refuses(payload.iv(), ciphertext.slice(0, 4), sealed.keyMaterial());
        refuses(payload.iv(), Bytes.concat(ciphertext, Bytes.of(new byte[16])), sealed.keyMaterial());
    }

    @Test
    void refusesADamagedKeyTagOrInitialisationVector() {
        for (int at : new int[] {0, 15, 16, 31}) {
            byte[] flipped = sealed.keyMaterial().reveal();
            flipped[at] ^= 1;
            refuses(payload.iv(), ciphertext, Secret.of(flipped));
        }
        byte[] iv = payload.iv().toByteArray();
        iv[0] ^= 1;
        refuses(Bytes.of(iv), ciphertext, sealed.keyMaterial());
    }

    @Test
    void refusesAPayloadWithoutCiphertext() {
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> CIPHER.open(new Payload(payload.iv(), Optional.empty()), sealed.keyMaterial()));
    }

    private static void refuses(Bytes iv, Bytes damaged, Secret keyMaterial) {
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> CIPHER.open(new Payload(iv, Optional.of(damaged)), keyMaterial));
    }
}
