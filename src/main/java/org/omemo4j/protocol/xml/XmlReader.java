/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.MalformedMessageException;

/**
 * Reads one XML document that a peer has written.  Strict UTF-8, XML 1.0 with namespaces, and only what RFC 6120
 * section 11.1 leaves of it: no document type, no entities but the five predefined ones, no processing instruction, no
 * comment.  Bounded in size, depth and number; nothing outside the input is ever read.  Iterative.  Thread-safe.
 */
public final class XmlReader {

    private XmlReader() {}

    /**
     * The root element of the document.
     *
     * @param utf8 the document
     * @param limits what to refuse
     * @throws MalformedMessageException if the document is not well-formed, uses what is forbidden or exceeds a limit
     */
    public static XmlElement read(Bytes utf8, XmlLimits limits) throws MalformedMessageException {
        if (utf8.size() > limits.bytes()) {
            throw new MalformedMessageException("XML of more than " + limits.bytes() + " bytes");
        }
        return read(decode(utf8), limits);
    }

    private static XmlElement read(String document, XmlLimits limits) throws MalformedMessageException {
        try {
            XMLStreamReader reader = factory(limits).createXMLStreamReader(new StringReader(document));
            try {
                return readDocument(reader, limits);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            // Without the cause: its text quotes the input, and the input is a message in clear.
            throw new MalformedMessageException("XML that is not well-formed");
        } catch (RuntimeException e) {
            // The JDK's reader answers some malformed documents with unchecked exceptions of its own.
            throw new MalformedMessageException("XML that cannot be read");
        }
    }

    private static String decode(Bytes utf8) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("XML that is not UTF-8");
        }
    }

    /** A new one each time: a factory keeps its last reader, and with it the last message in clear. */
    private static XMLInputFactory factory(XmlLimits limits) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setProperty("jdk.xml.elementAttributeLimit", Integer.toString(limits.attributes()));
        return factory;
    }

    private static XmlElement readDocument(XMLStreamReader reader, XmlLimits limits)
            throws XMLStreamException, MalformedMessageException {
        if (reader.getVersion() != null && !reader.getVersion().equals("1.0")) {
            throw new MalformedMessageException("XML of another version than 1.0");
        }
        Deque<XmlElement.Builder> open = new ArrayDeque<>();
        StringBuilder text = new StringBuilder();
        int elements = 0;
        XmlElement root = null;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++elements > limits.elements() || open.size() == limits.depth()) {
                        throw new MalformedMessageException("XML with too many or too deeply nested elements");
                    }
                    flush(text, open);
                    open.push(start(reader, limits));
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    flush(text, open);
                    XmlElement element = open.pop().build();
                    if (open.isEmpty()) {
                        root = element;
                    } else {
                        open.element().child(element);
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        text.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
                    }
                }
                case XMLStreamConstants.END_DOCUMENT -> {}
                default -> throw new MalformedMessageException("XML with a construct that XMPP forbids");
            }
        }
        if (root == null) {
            throw new MalformedMessageException("XML without an element");
        }
        return root;
    }

    private static XmlElement.Builder start(XMLStreamReader reader, XmlLimits limits) throws MalformedMessageException {
        if (reader.getAttributeCount() > limits.attributes()) {
            throw new MalformedMessageException("XML element with too many attributes");
        }
        XmlElement.Builder element = XmlElement.builder(reader.getLocalName(), orEmpty(reader.getNamespaceURI()));
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attribute(new XmlAttribute(
                    orEmpty(reader.getAttributeNamespace(i)),
                    reader.getAttributeLocalName(i),
                    reader.getAttributeValue(i)));
        }
        return element;
    }

    private static String orEmpty(@Nullable String namespace) {
        return namespace == null ? "" : namespace;
    }

    private static void flush(StringBuilder text, Deque<XmlElement.Builder> open) {
        if (text.length() > 0) {
            open.element().text(text.toString());
            text.setLength(0);
        }
    }
}
