/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import java.io.ByteArrayInputStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.omemo4j.crypto.Bytes;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.Text;
import org.xml.sax.InputSource;
import org.xml.sax.helpers.DefaultHandler;

/** The parser of the JDK, as a second opinion. */
final class JdkXml {

    private JdkXml() {}

    /** The root element; throws whatever the JDK throws. */
    static XmlElement read(Bytes document) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setCoalescing(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(new DefaultHandler());
        InputSource source = new InputSource(new ByteArrayInputStream(document.toByteArray()));
        source.setEncoding("UTF-8");
        return convert(builder.parse(source).getDocumentElement());
    }

    private static XmlElement convert(Element element) {
        XmlElement.Builder copy = XmlElement.builder(element.getLocalName(), orEmpty(element.getNamespaceURI()));
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Attr attribute = (Attr) element.getAttributes().item(i);
            if (!orEmpty(attribute.getNamespaceURI()).equals("http://www.w3.org/2000/xmlns/")) {
                copy.attribute(new XmlAttribute(
                        orEmpty(attribute.getNamespaceURI()), attribute.getLocalName(), attribute.getValue()));
            }
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Text text) {
                copy.text(text.getData());
            } else {
                copy.child(convert((Element) child));
            }
        }
        return copy.build();
    }

    private static String orEmpty(@Nullable String namespace) {
        return namespace == null ? "" : namespace;
    }
}
