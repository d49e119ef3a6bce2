/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Set;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * What may stand in clear beside a message whose version protects its text only ({@link Coverage#BODY}): what says nothing but that a message was written, came or was seen, which
 * servers see in any case. Everything else of a message that the version does not carry is left out: corrections, replies, reactions, links, subjects, and whatever nobody has thought of.
 */
public final class OpenElements {
    private static final Set<String> NAMESPACES = Set.of(
            "http://jabber.org/protocol/chatstates", // XEP-0085
            "urn:xmpp:receipts", // XEP-0184
            "urn:xmpp:chat-markers:0"); // XEP-0333

    private OpenElements() {}

    /** Whether this element may be seen by servers. */
    public static boolean contain(XmlElement element) {
        return NAMESPACES.contains(element.namespace());
    }
}
