/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.SeededRandom;

/** Each test computes a secret that arises in between by other means, and looks for it in what was wiped. */
class WipeTest {

    private static final Bytes INFO = Bytes.ofAscii("info");

    private final SeededRandom random = new SeededRandom(1);
    private final X25519KeyPair own = X25519KeyPair.generate(random);
    private final X25519KeyPair their = X25519KeyPair.generate(random);

    @Test
    void diffieHellmanResultsAreWipedOnceTheyAreKeys() throws Exception {
        Secret first = own.agree(their.publicKey());
        Secret second = own.agree(own.publicKey());

        try (WipeWatch watch = WipeWatch.begin()) {
            Hkdf.deriveKeys(
                    Hkdf.NO_SALT,
                    Bytes.EMPTY,
                    List.of(new DiffieHellman(own, their.publicKey()), new DiffieHellman(own, own.publicKey())),
                    INFO,
                    32);

            assertThat(watch.sawHeld(first)).isTrue();
            assertThat(watch.sawHeld(second)).isTrue();
            assertThat(watch.allZeroNow()).isTrue();
        }
    }

    @Test
    void diffieHellmanResultsAreWipedWhenTheNextAgreementFails() throws Exception {
        Secret first = own.agree(their.publicKey());
        List<DiffieHellman> agreements =
                List.of(new DiffieHellman(own, their.publicKey()), new DiffieHellman(own, UncheckedKeys.lowOrder()));

        try (WipeWatch watch = WipeWatch.begin()) {
            try {
                Hkdf.deriveKeys(Hkdf.NO_SALT, Bytes.EMPTY, agreements, INFO, 32);
                throw new AssertionError("the second agreement is zero");
            } catch (InvalidKeyException expected) {
                assertThat(watch.sawHeld(first)).isTrue();
                assertThat(watch.allZeroNow()).isTrue();
            }
        }
    }

    @Test
    void hkdfWipesPseudorandomKeyAndOutputBlocks() throws Exception {
        Secret salt = Secret.random(random, 32);
        Secret keyMaterial = Secret.random(random, 32);
        Bytes pseudorandomKey = Bytes.of(jdkHmac(salt.reveal(), keyMaterial.reveal()));
        Secret output = Hkdf.derive(salt, keyMaterial, INFO, 64);

        try (WipeWatch watch = WipeWatch.begin()) {
            Hkdf.derive(salt, keyMaterial, INFO, 64);

            assertThat(watch.sawHeld(pseudorandomKey)).isTrue();
            assertThat(watch.sawHeld(output.slice(32, 64))).isTrue();
            assertThat(watch.allZeroNow()).isTrue();
        }
    }

    @Test
    void hmacWipesItsPaddedKeyAndItsInnerHash() throws Exception {
        Secret key = Secret.random(random, 32);
        byte[] innerPad = pad(key.reveal(), 0x36);
        byte[] outerPad = pad(key.reveal(), 0x5c);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(innerPad);
        Bytes inner = Bytes.of(sha256.digest(new byte[] {7}));

        try (WipeWatch watch = WipeWatch.begin()) {
            HmacSha256.derive(key, (byte) 7);

            assertThat(watch.sawHeld(Bytes.of(outerPad))).isTrue();
            assertThat(watch.sawHeld(inner)).isTrue();
            assertThat(watch.allZeroNow()).isTrue();
        }
    }

    @Test
    void theHashOfASeedIsWiped() throws Exception {
        Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
        Bytes hash =
                Bytes.of(MessageDigest.getInstance("SHA-512").digest(pair.seed().reveal()));

        try (WipeWatch watch = WipeWatch.begin()) {
            pair.toX25519();

            assertThat(watch.sawHeld(hash)).isTrue();
            assertThat(watch.allZeroNow()).isTrue();
        }
    }

    @Test
    void xeddsaWipesScalarAndNonce() {
        Secret privateKey = clampedKeyWithSign(0);
        Bytes message = Bytes.ofAscii("message");
        Secret z = Secret.random(random, 64);
        Bytes scalar = Bytes.of(Scalar25519.reduce(privateKey.reveal()));
        Bytes signature = XEdDSA.sign(privateKey, message, z);
        Bytes nonce = nonceOf(privateKey, message, signature);

        try (WipeWatch watch = WipeWatch.begin()) {
            XEdDSA.sign(privateKey, message, z);

            assertThat(watch.sawHeld(Bytes.of(privateKey.reveal()))).isTrue();
            assertThat(watch.sawHeld(scalar)).isTrue();
            assertThat(watch.sawHeld(nonce)).isTrue();
            assertThat(watch.allZeroNow()).isTrue();
        }
    }

    private Secret clampedKeyWithSign(int sign) {
        while (true) {
            Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
            if (pair.publicKey().signBit() == sign) {
                return pair.toX25519().privateKey();
            }
        }
    }

    /** r = s - h·a mod L, from outside. */
    private static Bytes nonceOf(Secret privateKey, Bytes message, Bytes signature) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            sha512.update(signature.slice(0, 32).toByteArray());
            sha512.update(XEdDSA.publicKey(X25519KeyPair.of(privateKey)).bytes().toByteArray());
            BigInteger h = Scalar25519Test.number(sha512.digest(message.toByteArray()));
            BigInteger a = Scalar25519Test.number(privateKey.reveal());
            BigInteger s = Scalar25519Test.number(signature.slice(32, 64).toByteArray());
            return Bytes.of(Scalar25519Test.encode(s.subtract(h.multiply(a)).mod(Scalar25519Test.ORDER)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pad(byte[] key, int value) {
        byte[] padded = Arrays.copyOf(key, 64);
        for (int i = 0; i < padded.length; i++) {
            padded[i] ^= (byte) value;
        }
        return padded;
    }

    private static byte[] jdkHmac(byte[] key, byte[] message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }
}
