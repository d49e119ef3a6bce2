/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.Locale;
import org.omemo4j.x3dh.IdentityKey;

/**
 * What people compare: the Curve25519 form of an identity key, 64 hex digits.
 *
 * @param hex 64 lower-case hex digits.
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Fingerprints"</a>
 */
public record Fingerprint(String hex) {
    private static final int DIGITS = 64;
    private static final int GROUP = 8;

    public Fingerprint {
        hex = hex.toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("A fingerprint has 64 hex digits, not \"" + hex + "\".");
        }
    }

    /** Both Edwards forms of one key have the same fingerprint. */
    public static Fingerprint of(IdentityKey key) {
        return new Fingerprint(key.x25519().bytes().toHex());
    }

    /** Eight groups of eight digits, as clients show it. */
    @Override
    public String toString() {
        StringBuilder grouped = new StringBuilder();
        for (int at = 0; at < DIGITS; at += GROUP) {
            grouped.append(at == 0 ? "" : " ").append(hex, at, at + GROUP);
        }
        return grouped.toString();
    }
}
