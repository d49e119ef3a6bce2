/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An element with its attributes and children, as an immutable tree.  Prefixes and namespace declarations are not
 * kept: each element knows its namespace.  What is in such a tree is well-formed XML 1.0, so it can always be written.
 * The height is bounded by {@link #MAX_HEIGHT}, so walking down a tree cannot overflow the stack.  Thread-safe.
 */
public final class XmlElement implements XmlNode {

    /** Elements on the longest way down, this one included.  Twice what the reader accepts; bounds recursion. */
    public static final int MAX_HEIGHT = 64;

    private final String name;
    private final String namespace;
    private final List<XmlAttribute> attributes;
    private final List<XmlNode> children;
    private final int height;

    private XmlElement(Builder builder) {
        this.name = builder.name;
        this.namespace = builder.namespace;
        this.attributes = List.copyOf(builder.attributes);
        this.children = List.copyOf(builder.children);
        this.height = 1 + elements().mapToInt(child -> child.height).max().orElse(0);
        if (height > MAX_HEIGHT) {
            throw new IllegalArgumentException("elements nested deeper than " + MAX_HEIGHT);
        }
    }

    /**
     * Starts an element.
     *
     * @param name the local name
     * @param namespace the namespace; empty for none
     * @throws IllegalArgumentException if the name is not an XML name or the namespace has a forbidden character
     */
    public static Builder builder(String name, String namespace) {
        return new Builder(name, namespace);
    }

    /** The local name. */
    public String name() {
        return name;
    }

    /** The namespace; empty for none. */
    public String namespace() {
        return namespace;
    }

    /** Whether this is the element of that name and namespace. */
    public boolean is(String expectedName, String expectedNamespace) {
        return name.equals(expectedName) && namespace.equals(expectedNamespace);
    }

    /** All attributes, in document order. */
    public List<XmlAttribute> attributes() {
        return attributes;
    }

    /** The value of the attribute of that name without a namespace. */
    public Optional<String> attribute(String attributeName) {
        return attribute(attributeName, "");
    }

    /** The value of the attribute of that name and namespace. */
    public Optional<String> attribute(String attributeName, String attributeNamespace) {
        return attributes.stream()
                .filter(a -> a.name().equals(attributeName) && a.namespace().equals(attributeNamespace))
                .map(XmlAttribute::value)
                .findFirst();
    }

    /** Elements and text, in document order. */
    public List<XmlNode> children() {
        return children;
    }

    /** The child elements, in document order. */
    public Stream<XmlElement> elements() {
        return children.stream().filter(XmlElement.class::isInstance).map(XmlElement.class::cast);
    }

    /** The child elements of that name and namespace, in document order. */
    public List<XmlElement> children(String childName, String childNamespace) {
        return elements().filter(child -> child.is(childName, childNamespace)).toList();
    }

    /** The first child element of that name and namespace. */
    public Optional<XmlElement> child(String childName, String childNamespace) {
        return elements().filter(child -> child.is(childName, childNamespace)).findFirst();
    }

    /** The text directly inside this element, without that of its children. */
    public String text() {
        if (children.size() == 1 && children.get(0) instanceof XmlText only) {
            return only.text();
        }
        StringBuilder text = new StringBuilder();
        for (XmlNode child : children) {
            if (child instanceof XmlText part) {
                text.append(part.text());
            }
        }
        return text.toString();
    }

    /** This element as XML that stands by itself: every namespace in it is declared in it. */
    public String toXml() {
        return new XmlWriter().write(this).toString();
    }

    /** Equal in names, text and order of children; the order of attributes means nothing in XML. */
    @Override
    public boolean equals(Object other) {
        return other instanceof XmlElement that
                && name.equals(that.name)
                && namespace.equals(that.namespace)
                && Set.copyOf(attributes).equals(Set.copyOf(that.attributes))
                && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * name.hashCode() + namespace.hashCode()) + children.hashCode();
    }

    /** Only the name: what is inside may be a message. */
    @Override
    public String toString() {
        return "XmlElement[" + name + "]";
    }

    /** Collects an element.  Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final String namespace;
        private final List<XmlAttribute> attributes = new ArrayList<>();
        private final List<XmlNode> children = new ArrayList<>();

        private Builder(String name, String namespace) {
            XmlCharacters.requireName(name);
            XmlCharacters.requireText(namespace);
            this.name = name;
            this.namespace = namespace;
        }

        /**
         * Adds an attribute without a namespace.
         *
         * @throws IllegalArgumentException if it cannot stand in XML, or the element has it already
         */
        public Builder attribute(String attributeName, String value) {
            return attribute(new XmlAttribute("", attributeName, value));
        }

        /**
         * Adds an attribute.
         *
         * @throws IllegalArgumentException if the element has it already
         */
        public Builder attribute(XmlAttribute attribute) {
            if (attributes.stream()
                    .anyMatch(a ->
                            a.name().equals(attribute.name()) && a.namespace().equals(attribute.namespace()))) {
                throw new IllegalArgumentException("attribute twice: " + attribute.name());
            }
            attributes.add(attribute);
            return this;
        }

        /**
         * Adds text; nothing if it is empty.  Text beside text becomes one.
         *
         * @throws IllegalArgumentException if it has a character that XML 1.0 forbids
         */
        public Builder text(String text) {
            int last = children.size() - 1;
            if (last >= 0 && children.get(last) instanceof XmlText before) {
                children.set(last, new XmlText(before.text() + text));
            } else if (!text.isEmpty()) {
                children.add(new XmlText(text));
            }
            return this;
        }

        /** Adds a child element. */
        public Builder child(XmlElement child) {
            children.add(child);
            return this;
        }

        /**
         * The element.
         *
         * @throws IllegalArgumentException if it is nested deeper than {@link #MAX_HEIGHT}
         */
        public XmlElement build() {
            return new XmlElement(this);
        }
    }
}
