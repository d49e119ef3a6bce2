/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.omemo4j.crypto.Bytes;

/**
 * Bytes as text in XML: xs:base64Binary (RFC 4648 section 4).  White space may be anywhere; all else is strict: the
 * standard alphabet, padding, no stray bits.
 */
public final class Base64Text {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Base64Text() {}

    /** The bytes as one line of base64. */
    public static String encode(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /**
     * The bytes that a peer wrote.
     *
     * @param text base64
     * @param maxBytes bytes that may come out; checked before decoding
     * @throws MalformedMessageException if it is too long or not base64
     */
    public static Bytes decode(String text, int maxBytes) throws MalformedMessageException {
        String digits = withoutWhiteSpace(text);
        if (digits.length() % 4 != 0) {
            throw new MalformedMessageException("base64 without its padding");
        }
        if (digits.length() / 4 * 3L - padding(digits) > maxBytes) {
            throw new MalformedMessageException("base64 of more than " + maxBytes + " bytes");
        }
        requireNoStrayBits(digits);
        try {
            return Bytes.of(Base64.getDecoder().decode(digits.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("not base64");
        }
    }

    /** The white space of XML, and only that. */
    private static String withoutWhiteSpace(String text) {
        StringBuilder digits = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
            if (space && digits == null) {
                digits = new StringBuilder(text.length()).append(text, 0, i);
            } else if (!space && digits != null) {
                digits.append(c);
            }
        }
        return digits == null ? text : digits.toString();
    }

    private static int padding(String digits) {
        return digits.endsWith("==") ? 2 : digits.endsWith("=") ? 1 : 0;
    }

    /** The last digit before the padding has 4 or 2 bits that belong to no byte: they are zero. */
    private static void requireNoStrayBits(String digits) throws MalformedMessageException {
        int padding = padding(digits);
        if (padding > 0) {
            int last = ALPHABET.indexOf(digits.charAt(digits.length() - 1 - padding));
            if (last < 0 || (last & (padding == 2 ? 0xF : 0x3)) != 0) {
                throw new MalformedMessageException("base64 with stray bits");
            }
        }
    }
}
