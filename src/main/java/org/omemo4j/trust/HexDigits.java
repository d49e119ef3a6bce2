/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.HexFormat;
import java.util.Locale;
import org.omemo4j.protocol.VisibleText;
import org.omemo4j.trust.MalformedFingerprintException.Reason;

/** 32 bytes in hex digits, as people paste them. */
final class HexDigits {
    private static final int COUNT = 64;

    /** DJB_TYPE of the Signal protocol: older clients show it in front of a key. */
    private static final String TYPE_BYTE = "05";

    private HexDigits() {}

    /** 64 lower-case digits: without blanks, colons and dashes, and without the type byte of 33-byte keys. */
    static String read(String text) throws MalformedFingerprintException {
        StringBuilder digits = new StringBuilder();
        int position = 0;
        for (int c : text.codePoints().toArray()) {
            position++;
            if (HexFormat.isHexDigit(c)) {
                digits.appendCodePoint(c);
            } else if (!isBetweenGroups(c)) {
                throw new MalformedFingerprintException(Reason.WRONG_ALPHABET, badCharacter(c, position));
            }
        }
        String hex = digits.toString().toLowerCase(Locale.ROOT);
        if (hex.length() == COUNT + TYPE_BYTE.length() && hex.startsWith(TYPE_BYTE)) {
            return hex.substring(TYPE_BYTE.length());
        }
        if (hex.length() != COUNT) {
            throw new MalformedFingerprintException(
                    Reason.WRONG_LENGTH,
                    "A fingerprint has " + COUNT + " hex digits, this one has " + hex.length() + ".");
        }
        return hex;
    }

    private static boolean isBetweenGroups(int c) {
        return c == ':'
                || Character.getType(c) == Character.DASH_PUNCTUATION
                || Character.isWhitespace(c)
                || Character.isSpaceChar(c);
    }

    private static String badCharacter(int c, int position) {
        String shown = VisibleText.of(Character.toString(c), 1);
        return "A fingerprint has hex digits only (0-9, a-f), but character " + position + " is "
                + (shown.isEmpty() ? String.format("U+%04X", c) : "'" + shown + "'") + ".";
    }
}
