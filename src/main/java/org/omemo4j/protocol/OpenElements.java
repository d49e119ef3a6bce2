/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Map;
import java.util.Set;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * What may stand in clear beside a message whose version protects its text only ({@link Coverage#BODY}): what says nothing but that a message was written, came or was seen, which
 * servers see in any case. Everything else of a message that the version does not carry is left out: corrections, replies, reactions, links, subjects, and whatever nobody has thought of.
 */
public final class OpenElements {
    private static final Map<String, Set<String>> NAMES = Map.of(
            "http://jabber.org/protocol/chatstates", // XEP-0085
            Set.of("active", "composing", "paused", "inactive", "gone"),
            "urn:xmpp:receipts", // XEP-0184
            Set.of("request", "received"),
            "urn:xmpp:chat-markers:0", // XEP-0333
            Set.of("markable", "received", "displayed", "acknowledged"));

    private OpenElements() {}

    /** Whether this element may be seen by servers: it has one of these names, and nothing in it. */
    public static boolean contain(XmlElement element) {
        return NAMES.getOrDefault(element.namespace(), Set.of()).contains(element.name())
                && element.children().isEmpty();
    }
}
