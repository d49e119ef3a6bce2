/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

/**
 * Character data between two tags, unescaped.
 *
 * @param text characters that XML 1.0 allows
 */
public record XmlText(String text) implements XmlNode {

    /**
     * @throws IllegalArgumentException if the text has a character that XML 1.0 forbids
     */
    public XmlText {
        XmlCharacters.requireText(text);
    }

    /** Only the length: the text may be a message. */
    @Override
    public String toString() {
        return "XmlText[" + text.length() + " characters]";
    }
}
