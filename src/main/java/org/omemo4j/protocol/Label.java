/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.IdentityKeyPair;

/**
 * What the owner of a device calls it, as the device list has it (XEP-0384 0.9.1, "Device labels").  A label counts
 * only if {@link #isSignedBy} the identity key of that device: everybody else ignores it.
 *
 * @param text the label as it was listed; do not show it, show {@link #displayText()}
 * @param signature 64 bytes over the label in UTF-8, if there is one
 */
public record Label(String text, Optional<Bytes> signature) {

    /** Code points a label may have to be shown in full.  XEP-0384 0.9.1 recommends fewer than or as many as this. */
    public static final int MAX_CODE_POINTS = 53;

    /** Characters that are kept of a listed label: bounds memory; libomemo-c cannot verify above 256 bytes anyway. */
    public static final int MAX_LENGTH = 256;

    /**
     * @throws IllegalArgumentException if the text is longer than {@link #MAX_LENGTH}
     */
    public Label {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a label of " + text.length() + " characters");
        }
    }

    /**
     * A label of our own device, signed.
     *
     * @throws IllegalArgumentException if the text is longer than {@link #MAX_CODE_POINTS} code points
     */
    public static Label signed(String text, IdentityKeyPair owner, SecureRandom random) {
        if (text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
            throw new IllegalArgumentException("a label has at most " + MAX_CODE_POINTS + " code points");
        }
        return new Label(text, Optional.of(owner.sign(utf8(text), random)));
    }

    /** Whether the label is signed, and by this identity key. */
    public boolean isSignedBy(IdentityKey owner) {
        return signature.isPresent() && owner.ed25519().verify(utf8(text), signature.get());
    }

    /**
     * The label for people to read: without control, bidirectional and other invisible characters, white space
     * collapsed, at most {@link #MAX_CODE_POINTS} code points.
     */
    public String displayText() {
        return VisibleText.of(text, MAX_CODE_POINTS);
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
