/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.XmlEnvironment;

/** Whatever a test wants inside a stanza, written as it is. */
record RawXml(String elementName, String namespace, String xml) implements ExtensionElement {
    @Override
    public String getElementName() {
        return elementName;
    }

    @Override
    public String getNamespace() {
        return namespace;
    }

    @Override
    public CharSequence toXML(XmlEnvironment environment) {
        return xml;
    }
}
