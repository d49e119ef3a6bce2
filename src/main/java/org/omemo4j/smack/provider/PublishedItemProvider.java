/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.provider;

import java.io.IOException;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.parsing.SmackParsingException;
import org.jivesoftware.smack.provider.ExtensionElementProvider;
import org.jivesoftware.smack.provider.ProviderManager;
import org.jivesoftware.smack.xml.XmlPullParser;
import org.jivesoftware.smack.xml.XmlPullParserException;
import org.jivesoftware.smackx.pubsub.PayloadItem;
import org.jivesoftware.smackx.pubsub.packet.PubSubNamespace;
import org.jspecify.annotations.Nullable;
import org.omemo4j.smack.element.PublishedItem;

/** Reads items of events with the provider that was there before, and keeps who has published them. Fails as that one does: {@link TotalEventProvider} stands around it. */
public final class PublishedItemProvider extends ExtensionElementProvider<ExtensionElement> {
    private static final String ELEMENT = "item";

    private final ExtensionElementProvider<ExtensionElement> wrapped;

    private PublishedItemProvider(ExtensionElementProvider<ExtensionElement> wrapped) {
        this.wrapped = wrapped;
    }

    /** Takes the place of the provider that Smack has now. More calls do nothing more. */
    public static synchronized void register() {
        String namespace = PubSubNamespace.event.getXmlns();
        ExtensionElementProvider<ExtensionElement> present = ProviderManager.getExtensionProvider(ELEMENT, namespace);
        if (present != null && !(present instanceof PublishedItemProvider)) {
            ProviderManager.addExtensionProvider(ELEMENT, namespace, new PublishedItemProvider(present));
        }
    }

    @Override
    public ExtensionElement parse(XmlPullParser parser, int initialDepth, XmlEnvironment environment)
            throws XmlPullParserException, IOException, SmackParsingException {
        @Nullable String publisher = parser.getAttributeValue("", "publisher");
        ExtensionElement item = wrapped.parse(parser, environment);
        return publisher != null && item instanceof PayloadItem<?> payload
                ? new PublishedItem(payload, publisher)
                : item;
    }
}
