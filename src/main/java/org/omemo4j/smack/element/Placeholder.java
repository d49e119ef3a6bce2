/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.element;

import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.StanzaView;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.omemo4j.protocol.InnerElements;

/** Marks a stanza that goes out in place of one that waits: to ourselves, and it says nothing. */
public final class Placeholder implements ExtensionElement {
    /** The element's name. */
    public static final String ELEMENT = "placeholder";
    /** The element's namespace. */
    public static final String NAMESPACE = InnerElements.OWN_NAMESPACE;
    /** Both. */
    public static final QName QNAME = new QName(NAMESPACE, ELEMENT);
    /** The only one; what is parsed from XML is never it. */
    public static final Placeholder INSTANCE = new Placeholder();

    private Placeholder() {}

    /** Whether a stanza that goes out is one of ours. */
    public static boolean isOn(StanzaView stanza) {
        for (ExtensionElement element : stanza.getExtensions()) {
            if (element == INSTANCE) {
                return true;
            }
        }
        return false;
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
        return "<" + ELEMENT + " xmlns='" + NAMESPACE + "'/>";
    }
}
