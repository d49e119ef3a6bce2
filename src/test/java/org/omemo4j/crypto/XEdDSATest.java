/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.SeededRandom;

class XEdDSATest {

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final SeededRandom random = new SeededRandom(seed);

    @Test
    void everyKeySignsWhateverItsNaturalSign() {
        int[] signs = new int[2];
        for (int i = 0; i < 60; i++) {
            X25519KeyPair pair = X25519KeyPair.generate(random);
            Bytes message = Bytes.of(Secret.random(random, 33).reveal());

            Bytes signature = XEdDSA.sign(pair.privateKey(), message, Secret.random(random, 64));

            assertThat(XEdDSA.publicKey(pair).verify(message, signature))
                    .as("seed %d, round %d", seed, i)
                    .isTrue();
            signs[naturalSign(pair)]++;
        }
        assertThat(signs).as("seed %d", seed).doesNotContain(0);
    }

    @Test
    void theBasePointTimesAScalarIsWhatEd25519Publishes() {
        for (int i = 0; i < 60; i++) {
            Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
            byte[] scalar = Scalar25519.reduce(pair.toX25519().privateKey().reveal());

            assertThat(Bytes.of(EdwardsBase.multiply(scalar)))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(pair.publicKey().bytes());
        }
    }

    @Test
    void twoSignaturesOfOneMessageDiffer() {
        X25519KeyPair pair = X25519KeyPair.generate(random);
        Bytes message = Bytes.ofAscii("message");

        assertThat(XEdDSA.sign(pair.privateKey(), message, Secret.random(random, 64)))
                .isNotEqualTo(XEdDSA.sign(pair.privateKey(), message, Secret.random(random, 64)));
    }

    @Test
    void aShortRandomValueIsRefused() {
        Secret key = Secret.random(random, 32);

        assertThatIllegalArgumentException().isThrownBy(() -> XEdDSA.sign(key, Bytes.EMPTY, Secret.random(random, 63)));
    }

    private static int naturalSign(X25519KeyPair pair) {
        byte[] clamped = pair.privateKey().reveal();
        org.bouncycastle.math.ec.rfc7748.X25519.clampPrivateKey(clamped);
        return (EdwardsBase.multiply(Scalar25519.reduce(clamped))[31] & 0x80) >>> 7;
    }
}
