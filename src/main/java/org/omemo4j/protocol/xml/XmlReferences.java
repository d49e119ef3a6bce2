/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import org.omemo4j.protocol.MalformedMessageException;

/** References to characters and to the five predefined entities (XML 1.0, sections 4.1 and 4.6). */
final class XmlReferences {

    /** The longest is a code point with many zeros in front; nobody needs more of them. */
    private static final int MAX_LENGTH = 16;

    private XmlReferences() {}

    /** Appends the text with its references replaced. */
    static void expand(String raw, StringBuilder text) throws MalformedMessageException {
        int at = 0;
        for (int reference = raw.indexOf('&'); reference >= 0; reference = raw.indexOf('&', at)) {
            int end = raw.indexOf(';', reference);
            if (end < 0 || end - reference > MAX_LENGTH) {
                throw new MalformedMessageException("XML with a broken reference");
            }
            text.append(raw, at, reference).appendCodePoint(character(raw.substring(reference + 1, end)));
            at = end + 1;
        }
        text.append(raw, at, raw.length());
    }

    private static int character(String name) throws MalformedMessageException {
        if (name.startsWith("#")) {
            boolean hexadecimal = name.startsWith("#x");
            return number(name.substring(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
        }
        return switch (name) {
            case "lt" -> '<';
            case "gt" -> '>';
            case "amp" -> '&';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> throw new MalformedMessageException("XML with an entity");
        };
    }

    private static int number(String digits, int radix) throws MalformedMessageException {
        int value = digits.isEmpty() ? -1 : 0;
        for (int i = 0; i < digits.length() && value >= 0 && value <= Character.MAX_CODE_POINT; i++) {
            int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), radix) : -1;
            value = digit < 0 ? -1 : value * radix + digit;
        }
        if (!XmlCharacters.isCharacter(value)) {
            throw new MalformedMessageException("XML with a reference to no character");
        }
        return value;
    }
}
