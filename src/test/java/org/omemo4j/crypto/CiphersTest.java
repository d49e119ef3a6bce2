/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.testkit.SeededRandom;

class CiphersTest {

    private final SeededRandom random = new SeededRandom(3);
    private final Secret key = Secret.random(random, 32);
    private final Secret iv = Secret.random(random, 16);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 47, 49})
    void cbcRefusesWhatIsNoWholeNumberOfBlocks(int size) {
        Bytes ciphertext = Bytes.of(new byte[size]);

        assertThatExceptionOfType(DecryptionException.class).isThrownBy(() -> AesCbc.decrypt(key, iv, ciphertext));
    }

    @Test
    void cbcGoesOnAfterAFailure() throws Exception {
        Secret plaintext = Secret.random(random, 48);
        Bytes good = AesCbc.encrypt(key, iv, plaintext);

        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> AesCbc.decrypt(key, iv, good.slice(0, 47)));

        assertThat(AesCbc.decrypt(key, iv, good)).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 100_000})
    void gcmGivesBackWhatItGotInChunksToo(int size) throws Exception {
        Secret plaintext = Secret.of(new byte[size]);
        Bytes nonce = Bytes.of(new byte[12]);

        Bytes sealed = AesGcm.encrypt(key, nonce, Bytes.EMPTY, plaintext);

        assertThat(sealed.size()).isEqualTo(size + AesGcm.TAG_SIZE);
        assertThat(AesGcm.decrypt(key, nonce, Bytes.EMPTY, sealed)).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @CsvSource({"16, 12, 8193", "24, 12, 16384", "32, 12, 16401", "32, 12, 100000", "32, 16, 100000"})
    void gcmOfALongTextIsWhatTheJdkMakesInOneCall(int keySize, int ivSize, int size) throws Exception {
        Secret longKey = Secret.random(random, keySize);
        Bytes nonce = Bytes.of(Secret.random(random, ivSize).reveal());
        Bytes associatedData = Bytes.ofAscii("associated data");
        Secret plaintext = Secret.random(random, size);
        Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
        jdk.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(longKey.reveal(), "AES"),
                new GCMParameterSpec(128, nonce.toByteArray()));
        jdk.updateAAD(associatedData.toByteArray());
        Bytes sealed = Bytes.of(jdk.doFinal(plaintext.reveal()));

        assertThat(AesGcm.encrypt(longKey, nonce, associatedData, plaintext)).isEqualTo(sealed);
        assertThat(AesGcm.decrypt(longKey, nonce, associatedData, sealed)).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8191, 8192, 20_000, 39_999, 40_000, 40_015})
    void gcmRefusesALongTextWithOneWrongBit(int where) {
        Bytes nonce = Bytes.of(new byte[12]);
        byte[] sealed = AesGcm.encrypt(key, nonce, Bytes.EMPTY, Secret.random(random, 40_000))
                .toByteArray();
        sealed[where] ^= 4;

        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> AesGcm.decrypt(key, nonce, Bytes.EMPTY, Bytes.of(sealed)));
    }

    @Test
    void gcmRefusesALongTextWithOtherAssociatedData() {
        Bytes nonce = Bytes.of(new byte[12]);
        Bytes sealed = AesGcm.encrypt(key, nonce, Bytes.ofAscii("a"), Secret.random(random, 40_000));

        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> AesGcm.decrypt(key, nonce, Bytes.ofAscii("b"), sealed));
    }

    @Test
    void gcmRefusesWhatIsTooShortForATag() {
        Bytes nonce = Bytes.of(new byte[12]);

        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> AesGcm.decrypt(key, nonce, Bytes.EMPTY, Bytes.of(new byte[15])));
    }

    @Test
    void aKeyOfAnotherSizeIsTheCallersMistake() {
        Secret shortKey = Secret.of(new byte[31]);

        assertThatIllegalArgumentException().isThrownBy(() -> AesCbc.encrypt(shortKey, iv, key));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AesGcm.encrypt(shortKey, Bytes.of(new byte[12]), Bytes.EMPTY, key));
    }

    @Test
    void aMacOfAnotherSizeIsWrong() {
        Bytes message = Bytes.ofAscii("message");
        Bytes tag = HmacSha256.mac(key, 16, message);

        assertThat(HmacSha256.verify(key, tag, 16, message)).isTrue();
        assertThat(HmacSha256.verify(key, tag.slice(0, 8), 16, message)).isFalse();
        assertThat(HmacSha256.verify(key, Bytes.EMPTY, 16, message)).isFalse();
        assertThat(HmacSha256.verify(key, HmacSha256.mac(key, 32, message), 16, message))
                .isFalse();
    }

    @Test
    void aMacIsOverAllPartsInOrder() {
        assertThat(HmacSha256.mac(key, 32, Bytes.ofAscii("ab"), Bytes.ofAscii("c")))
                .isEqualTo(HmacSha256.mac(key, 32, Bytes.ofAscii("abc")))
                .isNotEqualTo(HmacSha256.mac(key, 32, Bytes.ofAscii("c"), Bytes.ofAscii("ab")));
    }

    @Test
    void threadsDoNotDisturbOneAnother() throws Exception {
        Secret expected = chained();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Secret>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(this::chained));
            }
            for (Future<Secret> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Secret chained() {
        Secret value = key;
        for (int i = 0; i < 500; i++) {
            Bytes sealed = AesCbc.encrypt(value, iv, Hkdf.derive(value, key, Bytes.EMPTY, 40));
            value = Hkdf.derive(
                    Hkdf.NO_SALT, HmacSha256.derive(Secret.of(sealed), (byte) i), Bytes.ofAscii("chain"), 32);
        }
        return value;
    }
}
