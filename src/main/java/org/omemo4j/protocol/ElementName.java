/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.omemo4j.protocol.xml.XmlElement;

/**
 * The full name of an XML element.
 *
 * @param name the local name
 * @param namespace the namespace
 */
public record ElementName(String name, String namespace) {

    /** The name of an element. */
    public static ElementName of(XmlElement element) {
        return new ElementName(element.name(), element.namespace());
    }

    /** Whether this is the name of that element. */
    public boolean matches(XmlElement element) {
        return element.is(name, namespace);
    }
}
