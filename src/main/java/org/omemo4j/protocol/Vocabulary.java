/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.List;
import java.util.Optional;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * The elements of one namespace, written and found.
 *
 * @param namespace the namespace
 */
public record Vocabulary(String namespace) {

    /** Starts an element. */
    public XmlElement.Builder element(String name) {
        return XmlElement.builder(name, namespace);
    }

    /** The children of that name, in document order. */
    public List<XmlElement> all(XmlElement parent, String name) {
        return parent.children(name, namespace);
    }

    /**
     * The one child of that name.
     *
     * @throws MalformedMessageException if there is none, which is incomplete, or two, which is ambiguous
     */
    public XmlElement only(XmlElement parent, String name) throws MalformedMessageException {
        return atMostOne(parent, name).orElseThrow(() -> new MalformedMessageException("no <" + name + "/>"));
    }

    /**
     * The child of that name, if there is one.
     *
     * @throws MalformedMessageException if there are two
     */
    public Optional<XmlElement> atMostOne(XmlElement parent, String name) throws MalformedMessageException {
        List<XmlElement> found = all(parent, name);
        if (found.size() > 1) {
            throw new MalformedMessageException("more than one <" + name + "/>");
        }
        return found.stream().findFirst();
    }
}
