/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

/** The characters and names of XML 1.0 (fifth edition, sections 2.2 and 2.3; names without a colon). */
final class XmlCharacters {

    private XmlCharacters() {}

    /** Refuses text that {@link #isText} does not accept. */
    static void requireText(String text) {
        if (!isText(text)) {
            throw new IllegalArgumentException("text with a character that XML 1.0 forbids");
        }
    }

    /** Refuses what is not an {@code NCName}. */
    static void requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not an XML name");
        }
    }

    /** Whether all characters are of the production {@code Char}; a lone surrogate is not. */
    static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0xD800) {
                continue;
            }
            int codePoint = text.codePointAt(i);
            if (!isCharacter(codePoint)) {
                return false;
            }
            i += Character.charCount(codePoint) - 1;
        }
        return true;
    }

    /** Whether it is an {@code NCName}. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && isNameStart(name.codePointAt(0))
                && name.codePoints().allMatch(XmlCharacters::isNameCharacter);
    }

    /** The production {@code S}. */
    static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** The production {@code Char}. */
    static boolean isCharacter(int c) {
        return c == 0x9
                || c == 0xA
                || c == 0xD
                || in(c, 0x20, 0xD7FF)
                || in(c, 0xE000, 0xFFFD)
                || in(c, 0x10000, 0x10FFFF);
    }

    private static boolean isNameStart(int c) {
        return in(c, 'a', 'z')
                || in(c, 'A', 'Z')
                || c == '_'
                || in(c, 0xC0, 0xD6)
                || in(c, 0xD8, 0xF6)
                || in(c, 0xF8, 0x2FF)
                || in(c, 0x370, 0x37D)
                || in(c, 0x37F, 0x1FFF)
                || in(c, 0x200C, 0x200D)
                || in(c, 0x2070, 0x218F)
                || in(c, 0x2C00, 0x2FEF)
                || in(c, 0x3001, 0xD7FF)
                || in(c, 0xF900, 0xFDCF)
                || in(c, 0xFDF0, 0xFFFD)
                || in(c, 0x10000, 0xEFFFF);
    }

    private static boolean isNameCharacter(int c) {
        return isNameStart(c)
                || c == '-'
                || c == '.'
                || in(c, '0', '9')
                || c == 0xB7
                || in(c, 0x300, 0x36F)
                || in(c, 0x203F, 0x2040);
    }

    private static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
