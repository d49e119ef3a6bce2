/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.x3dh.IdentityKeyPair;

class LabelTest {

    private final SecureRandom random = new SecureRandom();
    private final IdentityKeyPair owner = IdentityKeyPair.generate(random);

    @Test
    void labelWithoutASignatureIsSignedByNobody() {
        assertThat(new Label("phone", Optional.empty()).isSignedBy(owner.publicKey()))
                .isFalse();
    }

    @Test
    void labelSignedByAnotherDeviceIsNotThisDevices() {
        Label label = Label.signed("phone", IdentityKeyPair.generate(random), random);

        assertThat(label.isSignedBy(owner.publicKey())).isFalse();
    }

    @Test
    void signatureOfTheWrongSizeIsNone() {
        assertThat(new Label("phone", Optional.of(Bytes.of(new byte[63]))).isSignedBy(owner.publicKey()))
                .isFalse();
        assertThat(new Label("phone", Optional.of(Bytes.EMPTY)).isSignedBy(owner.publicKey()))
                .isFalse();
    }

    @Test
    void signatureMadeWithACurve25519IdentityVerifies() {
        IdentityKeyPair imported = IdentityKeyPair.ofCurve25519(owner.keyPair().privateKey());

        assertThat(Label.signed("phone", imported, random).isSignedBy(imported.publicKey()))
                .isTrue();
    }

    @Test
    void displayTextHasNoControlBidiOrInvisibleCharacters() {
        assertThat(shown("a\u202eb\u2066c\u200fd\u0007e\u200bf\ufeffg")).isEqualTo("abcdefg");
        assertThat(shown("a\nb\tc\u2028d\u00a0\u3000e")).isEqualTo("a b c d e");
        assertThat(shown("  a   b  ")).isEqualTo("a b");
        assertThat(shown("\ud800lone\udfff")).isEqualTo("lone");
        assertThat(shown("Überträger 📱")).isEqualTo("Überträger 📱");
        assertThat(shown("\u202e\u2066")).isEmpty();
    }

    @Test
    void displayTextEndsAfter53CodePoints() {
        assertThat(shown("📱".repeat(54))).isEqualTo("📱".repeat(53));
        assertThat(shown("x".repeat(256))).hasSize(53);
    }

    @Test
    void ownLabelHasAtMost53CodePoints() {
        assertThat(Label.signed("📱".repeat(53), owner, random).isSignedBy(owner.publicKey()))
                .isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> Label.signed("x".repeat(54), owner, random));
    }

    private static String shown(String text) {
        return new Label(text, Optional.empty()).displayText();
    }
}
