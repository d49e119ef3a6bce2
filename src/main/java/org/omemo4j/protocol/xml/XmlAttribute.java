/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

/**
 * An attribute of an element.
 *
 * @param namespace the namespace; empty for the usual attribute without a prefix
 * @param name the local name
 * @param value the value, unescaped
 */
public record XmlAttribute(String namespace, String name, String value) {

    /**
     * @throws IllegalArgumentException if the name is not an XML name, if namespace or value have a character that
     *     XML 1.0 forbids, or if it is a namespace declaration
     */
    public XmlAttribute {
        XmlCharacters.requireText(namespace);
        XmlCharacters.requireName(name);
        XmlCharacters.requireText(value);
        if (namespace.equals("http://www.w3.org/2000/xmlns/") || (namespace.isEmpty() && name.equals("xmlns"))) {
            throw new IllegalArgumentException("a namespace declaration is not an attribute here");
        }
    }

    /** Only the name: the value may be part of a message. */
    @Override
    public String toString() {
        return "XmlAttribute[" + name + "]";
    }
}
