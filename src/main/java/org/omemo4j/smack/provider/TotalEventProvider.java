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
import org.jivesoftware.smack.util.ParserUtils;
import org.jivesoftware.smack.xml.XmlPullParser;
import org.jivesoftware.smack.xml.XmlPullParserException;
import org.jivesoftware.smackx.pubsub.EventElement;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.smack.element.RawElement;

/**
 * Reads events of PubSub (XEP-0060) with the provider that was there before. What that one throws on, such as an event with nothing in it, becomes an element that means nothing:
 * on Smack 4.4 an exception in a provider closes the connection, and anybody can send such an event.
 */
public final class TotalEventProvider extends ExtensionElementProvider<ExtensionElement> {
    private static final RawElement UNREADABLE = RawElement.invalid("unreadable-event", InnerElements.OWN_NAMESPACE);

    private final ExtensionElementProvider<ExtensionElement> wrapped;

    private TotalEventProvider(ExtensionElementProvider<ExtensionElement> wrapped) {
        this.wrapped = wrapped;
    }

    /** Takes the place of the provider that Smack has now. More calls do nothing more. */
    public static synchronized void register() {
        ExtensionElementProvider<ExtensionElement> present =
                ProviderManager.getExtensionProvider(EventElement.ELEMENT, EventElement.NAMESPACE);
        if (present != null && !(present instanceof TotalEventProvider)) {
            ProviderManager.addExtensionProvider(
                    EventElement.ELEMENT, EventElement.NAMESPACE, new TotalEventProvider(present));
        }
    }

    @Override
    public ExtensionElement parse(XmlPullParser parser, int initialDepth, XmlEnvironment environment)
            throws XmlPullParserException, IOException {
        try {
            return wrapped.parse(parser, environment);
        } catch (XmlPullParserException
                | IOException
                | SmackParsingException
                | RuntimeException
                | LinkageError
                | AssertionError
                | StackOverflowError e) {
            // Throws again if it is the stream itself that is broken.
            ParserUtils.forwardToEndTagOfDepth(parser, initialDepth);
            return UNREADABLE;
        }
    }
}
