/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlAttribute;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlNode;
import org.omemo4j.protocol.xml.XmlText;

/**
 * SHA-256 of a whole encrypted element, in a form that does not depend on how it was written: not on quotes, prefixes and the order of attributes, nor on white space in text, which
 * is base64 there. Everything has its length before it, so two elements that differ otherwise give different bytes.
 */
final class ElementHash {
    private static final Comparator<XmlAttribute> BY_NAME =
            Comparator.comparing(XmlAttribute::namespace).thenComparing(XmlAttribute::name);

    private final MessageDigest digest;
    private final byte[] number = new byte[5];

    private ElementHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static Bytes of(XmlElement element) {
        ElementHash hash = new ElementHash();
        hash.add(element, "");
        return Bytes.of(hash.digest.digest());
    }

    private void add(XmlElement element, String outerNamespace) {
        if (!element.namespace().equals(outerNamespace)) {
            add('n', element.namespace());
        }
        add('e', element.name());
        List<XmlAttribute> attributes = element.attributes();
        if (attributes.size() > 1) {
            attributes = attributes.stream().sorted(BY_NAME).toList();
        }
        mark('a', attributes.size());
        for (XmlAttribute attribute : attributes) {
            add('n', attribute.namespace());
            add('a', attribute.name());
            add('v', attribute.value());
        }
        for (XmlNode child : element.children()) {
            if (child instanceof XmlElement inner) {
                add(inner, element.namespace());
            } else if (child instanceof XmlText text) {
                addText(withoutWhiteSpace(text.text()));
            }
        }
        mark('/', 0);
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            add('t', text);
        }
    }

    private void add(char kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        mark(kind, bytes.length);
        digest.update(bytes);
    }

    private void mark(char kind, int count) {
        ByteBuffer.wrap(number).put((byte) kind).putInt(count);
        digest.update(number);
    }

    private static String withoutWhiteSpace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ') {
                return text.replaceAll("[ \\t\\r\\n]+", "");
            }
        }
        return text;
    }
}
