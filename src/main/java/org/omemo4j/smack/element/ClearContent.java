/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.element;

import java.util.List;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.StanzaView;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * The content of a message that has waited and then may leave in clear. Wrapped, so that what looks at outgoing bodies does not see the same message
 * twice; the wrapping itself is not written.
 */
public final class ClearContent implements ExtensionElement {
    /** The element's name in this process. */
    public static final String ELEMENT = "clear";
    /** The element's namespace in this process. */
    public static final String NAMESPACE = InnerElements.OWN_NAMESPACE;
    /** Both. */
    public static final QName QNAME = new QName(NAMESPACE, ELEMENT);

    private final List<XmlElement> content;

    /** @param content the elements to write. */
    public ClearContent(List<XmlElement> content) {
        this.content = List.copyOf(content);
    }

    /** Whether a stanza that goes out was let through. By class: what is parsed from XML is never of it. */
    public static boolean isOn(StanzaView stanza) {
        return stanza.getExtensions().stream().anyMatch(ClearContent.class::isInstance);
    }

    @Override
    public String getElementName() {
        return ELEMENT;
    }

    @Override
    public String getNamespace() {
        return NAMESPACE;
    }

    @Override
    public CharSequence toXML(XmlEnvironment enclosing) {
        StringBuilder xml = new StringBuilder();
        content.forEach(element -> xml.append(element.toXml()));
        return xml;
    }
}
