/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.omemo4j.crypto.Bytes;
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
        return of(key.x25519().bytes());
    }

    /** @param curve25519 the key in its Curve25519 form. */
    public static Fingerprint of(Bytes curve25519) {
        return new Fingerprint(curve25519.toHex());
    }

    /** The key itself, in its Curve25519 form: 32 bytes, which need not be a good key. */
    public Bytes key() {
        return Bytes.ofHex(hex);
    }

    /**
     * The fingerprint that a person has pasted: in either case, with blanks, colons or dashes anywhere, with or without the byte
     * {@code 05} that older clients show in front.
     *
     * @throws MalformedFingerprintException when it is none
     */
    public static Fingerprint parse(String text) throws MalformedFingerprintException {
        return new Fingerprint(HexDigits.read(text));
    }

    /** Its eight groups of eight digits. */
    public List<String> groups() {
        return cut(GROUP);
    }

    /** The colours of the {@link #groups()}, in their order. */
    public List<ConsistentColor> colors() {
        return groups().stream().map(ConsistentColor::of).toList();
    }

    /** Its bytes in upper case with colons between them, the way of certificates: {@code AB:CD:…}. */
    public String colons() {
        return String.join(":", cut(2)).toUpperCase(Locale.ROOT);
    }

    /** Eight groups of eight digits, as clients show it. */
    @Override
    public String toString() {
        return String.join(" ", groups());
    }

    private List<String> cut(int size) {
        return IntStream.range(0, DIGITS / size)
                .mapToObj(part -> hex.substring(part * size, (part + 1) * size))
                .toList();
    }
}
