/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.provider;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.provider.ExtensionElementProvider;
import org.jivesoftware.smack.provider.ProviderManager;
import org.jivesoftware.smack.xml.XmlPullParser;
import org.jivesoftware.smack.xml.XmlPullParserException;
import org.jspecify.annotations.Nullable;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlAttribute;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.smack.element.RawElement;

/**
 * Reads the elements of OMEMO as trees. Iterative and bounded, and it throws nothing of its own: on Smack 4.4 an exception in a provider closes the
 * connection. What exceeds a limit is skipped to its end and becomes an invalid {@link RawElement}.
 */
public final class RawElementProvider extends ExtensionElementProvider<RawElement> {
    /** As for any element of OMEMO, but with room for a device list of 10 000 entries, of which the engine keeps some. */
    private static final XmlLimits LIMITS =
            new XmlLimits(Elements.LIMITS.bytes(), Elements.LIMITS.depth(), 16_384, Elements.LIMITS.attributes());

    private static final RawElementProvider INSTANCE = new RawElementProvider(LIMITS);
    private static final RawElementProvider BUNDLES = new RawElementProvider(Elements.BUNDLE_LIMITS);

    private final XmlLimits limits;

    private RawElementProvider(XmlLimits limits) {
        this.limits = limits;
    }

    /** Makes Smack read the elements of this version with this provider. More calls do nothing more. */
    public static void register(OmemoVersion version) {
        Elements elements = version.elements();
        for (ElementName name : new ElementName[] {elements.deviceListName(), elements.encryptedName()}) {
            ProviderManager.addExtensionProvider(name.name(), name.namespace(), INSTANCE);
        }
        ElementName bundle = elements.bundleName();
        ProviderManager.addExtensionProvider(bundle.name(), bundle.namespace(), BUNDLES);
    }

    @Override
    public RawElement parse(XmlPullParser parser, int initialDepth, XmlEnvironment environment)
            throws XmlPullParserException, IOException {
        String name = parser.getName();
        String namespace = orEmpty(parser.getNamespace());
        Subtree subtree = new Subtree(limits);
        subtree.start(parser);
        while (true) {
            switch (parser.next()) {
                case START_ELEMENT -> subtree.start(parser);
                case TEXT_CHARACTERS, IGNORABLE_WHITESPACE -> subtree.text(parser.getText());
                case END_ELEMENT -> {
                    subtree.end();
                    if (parser.getDepth() <= initialDepth) {
                        XmlElement root = subtree.root;
                        return root == null ? RawElement.invalid(name, namespace) : RawElement.of(root);
                    }
                }
                case END_DOCUMENT -> {
                    return RawElement.invalid(name, namespace);
                }
                case COMMENT -> {}
                default -> subtree.refuse();
            }
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The tree that grows; nothing once a limit was exceeded. */
    private static final class Subtree {
        private final XmlLimits limits;
        private final Deque<XmlElement.Builder> open = new ArrayDeque<>();
        private final StringBuilder text = new StringBuilder();
        private int elements;
        private int characters;
        private boolean refused;
        private @Nullable XmlElement root;

        Subtree(XmlLimits limits) {
            this.limits = limits;
        }

        void start(XmlPullParser parser) {
            if (refused) {
                return;
            }
            if (++elements > limits.elements()
                    || open.size() == limits.depth()
                    || parser.getAttributeCount() > limits.attributes()) {
                refuse();
                return;
            }
            try {
                flush();
                XmlElement.Builder element = XmlElement.builder(parser.getName(), orEmpty(parser.getNamespace()));
                for (int i = 0; i < parser.getAttributeCount(); i++) {
                    String value = orEmpty(parser.getAttributeValue(i));
                    count(value.length());
                    element.attribute(new XmlAttribute(
                            orEmpty(parser.getAttributeNamespace(i)), parser.getAttributeName(i), value));
                }
                open.push(element);
            } catch (RuntimeException e) {
                refuse(); // a name or character that the parser lets pass and XML 1.0 does not
            }
        }

        void text(@Nullable String part) {
            if (!refused && part != null) {
                count(part.length());
                if (!refused) {
                    text.append(part);
                }
            }
        }

        void end() {
            if (refused) {
                return;
            }
            try {
                flush();
                XmlElement element = open.pop().build();
                if (open.isEmpty()) {
                    root = element;
                } else {
                    open.element().child(element);
                }
            } catch (RuntimeException e) {
                refuse();
            }
        }

        void refuse() {
            refused = true;
            open.clear();
            text.setLength(0);
        }

        private void count(int more) {
            characters += more;
            if (characters > limits.bytes()) {
                refuse();
            }
        }

        private void flush() {
            if (text.length() > 0) {
                open.element().text(text.toString());
                text.setLength(0);
            }
        }
    }
}
