/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.testkit.SeededRandom;

class IdentityKeyPairTest {

    private final SeededRandom random = new SeededRandom(5);

    @Test
    void everyIdentityThatWeMakeHasSignBitZero() {
        for (int i = 0; i < 40; i++) {
            IdentityKeyPair made = IdentityKeyPair.generate(random);

            assertThat(made.publicKey().ed25519().signBit()).isZero();
            assertThat(made.form()).isEqualTo(IdentityKeyPair.Form.ED25519_SEED);
        }
    }

    @Test
    void anIdentityComesBackFromItsPrivateKey() {
        IdentityKeyPair seed = IdentityKeyPair.generate(random);
        IdentityKeyPair curve = IdentityKeyPair.ofCurve25519(Secret.random(random, 32));

        assertThat(IdentityKeyPair.ofSeed(seed.privateKey())).isEqualTo(seed);
        assertThat(IdentityKeyPair.ofSeed(seed.privateKey()).publicKey()).isEqualTo(seed.publicKey());
        assertThat(IdentityKeyPair.ofCurve25519(curve.privateKey())).isEqualTo(curve);
        assertThat(IdentityKeyPair.ofCurve25519(curve.privateKey()).publicKey()).isEqualTo(curve.publicKey());
    }

    @Test
    void bothFormsOfOneKeyAreOneIdentityAndSignForEachOther() {
        Bytes message = Bytes.ofAscii("message");
        IdentityKeyPair seed = IdentityKeyPair.generate(random);
        IdentityKeyPair curve = IdentityKeyPair.ofCurve25519(seed.keyPair().privateKey());

        assertThat(curve.publicKey()).isEqualTo(seed.publicKey());
        assertThat(seed.publicKey().ed25519().verify(message, curve.sign(message, random)))
                .isTrue();
        assertThat(curve.publicKey().ed25519().verify(message, seed.sign(message, random)))
                .isTrue();
    }

    @Test
    void keysThatDifferInTheSignOnlyAreTheSameIdentityButNotEqual() throws Exception {
        IdentityKey key = IdentityKeyPair.generate(random).publicKey();
        byte[] bytes = key.bytes().toByteArray();
        bytes[31] |= (byte) 0x80;
        IdentityKey twin = IdentityKey.of(Bytes.of(bytes));

        assertThat(twin.sameKeyAs(key)).isTrue();
        assertThat(twin).isNotEqualTo(key);
        assertThat(twin.x25519()).isEqualTo(key.x25519());
        assertThat(twin.bytes()).isEqualTo(Bytes.of(bytes));
        assertThat(IdentityKey.ofCurve25519(key.x25519(), 1)).isEqualTo(twin);
    }

    @Test
    void strangersAreNotTheSameIdentity() {
        assertThat(IdentityKeyPair.generate(random)
                        .publicKey()
                        .sameKeyAs(IdentityKeyPair.generate(random).publicKey()))
                .isFalse();
    }

    @Test
    void anIdentityKeyOfSmallOrderIsRefused() {
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> IdentityKey.of(Bytes.of(new byte[32])));
    }

    @Test
    void anIdentityPrintsItsPublicKeyOnly() {
        IdentityKeyPair pair = IdentityKeyPair.generate(random);

        assertThat(pair.toString())
                .contains(pair.publicKey().bytes().toHex())
                .doesNotContain(Bytes.of(pair.privateKey().reveal()).toHex())
                .doesNotContain(Bytes.of(pair.keyPair().privateKey().reveal()).toHex());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void preKeyIdsBeginAtOne(int id) {
        X25519KeyPair pair = X25519KeyPair.generate(random);

        assertThatIllegalArgumentException().isThrownBy(() -> new PreKey(id, pair.publicKey()));
        assertThatIllegalArgumentException().isThrownBy(() -> new PreKeyPair(id, pair));
        assertThatIllegalArgumentException().isThrownBy(() -> new SignedPreKey(id, pair.publicKey(), Bytes.EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> new SignedPreKeyPair(id, pair, Bytes.EMPTY));
    }
}
