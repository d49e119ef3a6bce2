/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

/** Writes an element as a string.  Recursive: the height of an element is bounded. */
final class XmlWriter {

    private static final String XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

    private final StringBuilder out = new StringBuilder(256);

    StringBuilder write(XmlElement element) {
        write(element, "");
        return out;
    }

    private void write(XmlElement element, String inherited) {
        out.append('<').append(element.name());
        if (!element.namespace().equals(inherited)) {
            attribute("xmlns", element.namespace());
        }
        int prefixes = 0;
        for (XmlAttribute attribute : element.attributes()) {
            if (attribute.namespace().isEmpty()) {
                attribute(attribute.name(), attribute.value());
            } else if (attribute.namespace().equals(XML_NAMESPACE)) {
                attribute("xml:" + attribute.name(), attribute.value());
            } else {
                String prefix = "n" + prefixes++;
                attribute("xmlns:" + prefix, attribute.namespace());
                attribute(prefix + ":" + attribute.name(), attribute.value());
            }
        }
        if (element.children().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (XmlNode child : element.children()) {
            if (child instanceof XmlElement inner) {
                write(inner, element.namespace());
            } else if (child instanceof XmlText text) {
                escape(text.text(), false);
            }
        }
        out.append("</").append(element.name()).append('>');
    }

    private void attribute(String name, String value) {
        out.append(' ').append(name).append("='");
        escape(value, true);
        out.append('\'');
    }

    /** A parser normalises line ends everywhere and white space in attributes; references keep them as they are. */
    private void escape(String text, boolean inAttribute) {
        if (isPlain(text)) {
            out.append(text); // All of it at once: base64 and padding are long.
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\r' -> out.append("&#13;");
                case '\'' -> out.append(inAttribute ? "&apos;" : "'");
                case '\n' -> out.append(inAttribute ? "&#10;" : "\n");
                case '\t' -> out.append(inAttribute ? "&#9;" : "\t");
                default -> out.append(c);
            }
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '&' || c == '<' || c == '>' || c == '\'') {
                return false;
            }
        }
        return true;
    }
}
