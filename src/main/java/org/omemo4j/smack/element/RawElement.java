/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.element;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jspecify.annotations.Nullable;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * An element that Smack carries without looking inside: a message, device list or bundle of OMEMO, or a request. Immutable. One that was received
 * and was too large or too deep to keep is {@link #isInvalid() invalid} and knows its name only.
 */
public final class RawElement implements ExtensionElement {
    private final String name;
    private final String namespace;
    private final @Nullable XmlElement xml;

    private RawElement(String name, String namespace, @Nullable XmlElement xml) {
        this.name = name;
        this.namespace = namespace;
        this.xml = xml;
    }

    /** An element with this content. */
    public static RawElement of(XmlElement xml) {
        return new RawElement(xml.name(), xml.namespace(), xml);
    }

    /** An element whose content was refused. */
    public static RawElement invalid(String name, String namespace) {
        return new RawElement(name, namespace, null);
    }

    /** The element, or empty if it is invalid. */
    public Optional<XmlElement> xml() {
        return Optional.ofNullable(xml);
    }

    /** Whether the content was refused. */
    public boolean isInvalid() {
        return xml == null;
    }

    @Override
    public String getElementName() {
        return name;
    }

    @Override
    public String getNamespace() {
        return namespace;
    }

    @Override
    public QName getQName() {
        return new QName(namespace, name);
    }

    @Override
    public CharSequence toXML(XmlEnvironment enclosing) {
        return (xml == null ? XmlElement.builder(name, namespace).build() : xml).toXml();
    }

    @Override
    public String toString() {
        return "RawElement[" + name + "]";
    }
}
