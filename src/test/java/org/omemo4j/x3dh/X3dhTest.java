/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.UncheckedKeys;
import org.omemo4j.crypto.WipeWatch;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.x3dh.X3dhException.Reason;

class X3dhTest {

    private final SeededRandom random = new SeededRandom(4);
    private final X3dh x3dh = new X3dh(new X3dhParameters("OMEMO X3DH", TestEncodings.OMEMO_2));

    private final IdentityKeyPair alice = IdentityKeyPair.generate(random);
    private final IdentityKeyPair bob = IdentityKeyPair.generate(random);
    private final X25519KeyPair ephemeral = X25519KeyPair.generate(random);
    private final SignedPreKeyPair signedPreKey = x3dh.sign(bob, 1, X25519KeyPair.generate(random), random);
    private final PreKeyPair preKey = new PreKeyPair(1, X25519KeyPair.generate(random));

    @ParameterizedTest
    @EnumSource
    void bothSidesAgreeWhateverTheFormOfTheirIdentities(IdentityKeyPair.Form form) throws Exception {
        IdentityKeyPair initiator = identity(form);
        IdentityKeyPair responder = identity(form);
        SignedPreKeyPair signed = x3dh.sign(responder, 7, X25519KeyPair.generate(random), random);

        Agreement theirs =
                x3dh.initiate(initiator, ephemeral, responder.publicKey(), signed.signedPreKey(), preKey.preKey());
        Agreement ours = x3dh.respond(responder, signed, preKey, initiator.publicKey(), ephemeral.publicKey());

        assertThat(ours).isEqualTo(theirs);
        assertThat(ours.associatedData())
                .isEqualTo(new AssociatedData(
                        initiator.publicKey().bytes(), responder.publicKey().bytes()));
        assertThat(ours.sharedSecret().size()).isEqualTo(32);
    }

    @Test
    void aSignedPreKeyOfAnotherIdentityIsRefused() {
        SignedPreKeyPair foreign = x3dh.sign(alice, 1, signedPreKey.keyPair(), random);

        assertRefused(Reason.BAD_SIGNATURE, foreign.signedPreKey(), preKey.preKey());
    }

    @Test
    void everyFlippedBitOfASignatureIsRefused() {
        SignedPreKey good = signedPreKey.signedPreKey();
        for (int bit = 0; bit < 512; bit++) {
            byte[] flipped = good.signature().toByteArray();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(x3dh.verify(bob.publicKey(), new SignedPreKey(1, good.key(), Bytes.of(flipped))))
                    .as("bit %d", bit)
                    .isFalse();
        }
        assertThat(x3dh.verify(bob.publicKey(), good)).isTrue();
    }

    @Test
    void aSignatureOverTheOtherNamespacesFormIsRefused() {
        X3dh legacy = new X3dh(new X3dhParameters("WhisperText", TestEncodings.LEGACY));
        SignedPreKeyPair foreign = legacy.sign(bob, 1, signedPreKey.keyPair(), random);

        assertRefused(Reason.BAD_SIGNATURE, foreign.signedPreKey(), preKey.preKey());
    }

    @Test
    void signaturesOfAnotherSizeAreRefused() {
        SignedPreKey good = signedPreKey.signedPreKey();

        for (Bytes signature : new Bytes[] {
            Bytes.EMPTY, good.signature().slice(0, 63), Bytes.concat(good.signature(), Bytes.of((byte) 0))
        }) {
            assertRefused(Reason.BAD_SIGNATURE, new SignedPreKey(1, good.key(), signature), preKey.preKey());
        }
    }

    @Test
    void anAllZeroAgreementIsRefusedOnBothSides() {
        assertRefused(Reason.INVALID_KEY, signedPreKey.signedPreKey(), new PreKey(1, UncheckedKeys.lowOrder()));
        assertThatExceptionOfType(X3dhException.class)
                .isThrownBy(() -> x3dh.respond(bob, signedPreKey, preKey, alice.publicKey(), UncheckedKeys.lowOrder()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_KEY));
    }

    @Test
    void otherPreKeysGiveAnotherSecret() throws Exception {
        Agreement theirs =
                x3dh.initiate(alice, ephemeral, bob.publicKey(), signedPreKey.signedPreKey(), preKey.preKey());
        PreKeyPair other = new PreKeyPair(1, X25519KeyPair.generate(random));

        Agreement ours = x3dh.respond(bob, signedPreKey, other, alice.publicKey(), ephemeral.publicKey());

        assertThat(ours.sharedSecret()).isNotEqualTo(theirs.sharedSecret());
    }

    @Test
    void theFourResultsAreWiped() throws Exception {
        Secret first = alice.keyPair().agree(signedPreKey.keyPair().publicKey());
        Secret fourth = ephemeral.agree(preKey.keyPair().publicKey());

        try (WipeWatch watch = WipeWatch.begin()) {
            x3dh.initiate(alice, ephemeral, bob.publicKey(), signedPreKey.signedPreKey(), preKey.preKey());

            assertThat(watch.sawHeld(first)).isTrue();
            assertThat(watch.sawHeld(fourth)).isTrue();
            assertThat(watch.allZeroNow()).isTrue();
        }
    }

    @Test
    void anAgreementDoesNotPrintItsSecret() throws Exception {
        Agreement agreement =
                x3dh.initiate(alice, ephemeral, bob.publicKey(), signedPreKey.signedPreKey(), preKey.preKey());

        assertThat(agreement.toString())
                .contains("Secret[32 bytes]")
                .doesNotContain(Bytes.of(agreement.sharedSecret().reveal()).toHex());
    }

    private IdentityKeyPair identity(IdentityKeyPair.Form form) {
        return form == IdentityKeyPair.Form.CURVE25519
                ? IdentityKeyPair.ofCurve25519(Secret.random(random, 32))
                : IdentityKeyPair.ofSeed(Secret.random(random, 32));
    }

    private void assertRefused(Reason reason, SignedPreKey signed, PreKey oneTime) {
        assertThatExceptionOfType(X3dhException.class)
                .isThrownBy(() -> x3dh.initiate(alice, ephemeral, bob.publicKey(), signed, oneTime))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
