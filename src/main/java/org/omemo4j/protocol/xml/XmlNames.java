/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.omemo4j.protocol.MalformedMessageException;

/**
 * The prefixes that an element declares, and where those of its parents are (Namespaces in XML 1.0, third edition).
 *
 * @param parent the names of the element around it
 * @param declared prefix to namespace; the default namespace under the empty prefix
 */
record XmlNames(Optional<XmlNames> parent, Map<String, String> declared) {

    private static final String XML = "http://www.w3.org/XML/1998/namespace";
    private static final String XMLNS = "http://www.w3.org/2000/xmlns/";

    /** An attribute with its name as it is written; declarations are among them. */
    record Attribute(String name, String value) {

        boolean isDeclaration() {
            return name.equals("xmlns") || name.startsWith("xmlns:");
        }
    }

    /** The names in an element with these attributes. */
    static XmlNames within(Optional<XmlNames> parent, List<Attribute> attributes) throws MalformedMessageException {
        Map<String, String> declared = new HashMap<>();
        for (Attribute attribute : attributes) {
            if (attribute.isDeclaration()) {
                String prefix =
                        attribute.name().equals("xmlns") ? "" : attribute.name().substring("xmlns:".length());
                requireDeclarable(attribute.name(), prefix, attribute.value());
                if (declared.put(prefix, attribute.value()) != null) {
                    throw malformed();
                }
            }
        }
        return new XmlNames(parent, declared);
    }

    /** An element of this name, with its attributes. */
    XmlElement.Builder element(String name, List<Attribute> attributes) throws MalformedMessageException {
        XmlElement.Builder element = XmlElement.builder(local(name), namespace(prefix(name)));
        Set<List<String>> seen = new HashSet<>();
        for (Attribute attribute : attributes) {
            if (!attribute.isDeclaration()) {
                String prefix = prefix(attribute.name());
                String local = local(attribute.name());
                String namespace = prefix.isEmpty() ? "" : namespace(prefix); // the default is for elements only
                if (!seen.add(List.of(namespace, local))) {
                    throw malformed();
                }
                element.attribute(new XmlAttribute(namespace, local, attribute.value()));
            }
        }
        return element;
    }

    private String namespace(String prefix) throws MalformedMessageException {
        if (prefix.equals("xml")) {
            return XML;
        }
        Optional<XmlNames> scope = Optional.of(this);
        while (scope.isPresent()) {
            String namespace = scope.get().declared().get(prefix);
            if (namespace != null) {
                return namespace;
            }
            scope = scope.get().parent();
        }
        if (!prefix.isEmpty()) {
            throw malformed();
        }
        return "";
    }

    private static void requireDeclarable(String name, String prefix, String namespace)
            throws MalformedMessageException {
        boolean isDefault = name.equals("xmlns");
        boolean proper = isDefault || (XmlCharacters.isName(prefix) && !namespace.isEmpty());
        boolean reserved = prefix.equals("xmlns") || namespace.equals(XMLNS);
        if (!proper || reserved || prefix.equals("xml") != namespace.equals(XML)) {
            throw malformed();
        }
    }

    private static String prefix(String name) throws MalformedMessageException {
        int colon = name.indexOf(':');
        String prefix = colon < 0 ? "" : name.substring(0, colon);
        if (colon == 0 || (colon > 0 && !XmlCharacters.isName(prefix))) {
            throw malformed();
        }
        return prefix;
    }

    private static String local(String name) throws MalformedMessageException {
        String local = name.substring(name.indexOf(':') + 1);
        if (!XmlCharacters.isName(local)) {
            throw malformed();
        }
        return local;
    }

    private static MalformedMessageException malformed() {
        return new MalformedMessageException("XML with a broken name or namespace");
    }
}
