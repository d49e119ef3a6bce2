/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.ArrayList;
import java.util.List;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlNode;
import org.omemo4j.protocol.xml.XmlText;

/**
 * What never travels inside an encrypted envelope, in either direction (XEP-0420, "Server-processed Elements"): what a
 * server must read, what only a server or the own client may assert, and OMEMO itself.  Inside, such an element would
 * let a peer speak with the voice of the server.
 */
public final class InnerElements {

    /** The namespace of what this library attaches to decrypted stanzas; never on the wire, never inside. */
    public static final String OWN_NAMESPACE = "urn:x-omemo4j";

    /** Namespaces that begin like this, whatever the element. */
    private static final List<String> FORBIDDEN = List.of(
            "urn:xmpp:hints", // XEP-0334, processing hints
            "urn:xmpp:sid:", // XEP-0359, stanza-id and origin-id
            "http://jabber.org/protocol/address", // XEP-0033, extended addressing
            "urn:xmpp:eme:", // XEP-0380, explicit encryption
            "urn:xmpp:sce:", // XEP-0420, envelopes
            "eu.siacs.conversations.axolotl", // XEP-0384 0.3, OMEMO
            "urn:xmpp:carbons:", // XEP-0280, carbons
            "urn:xmpp:mam:", // XEP-0313, archive
            "http://jabber.org/protocol/pubsub", // XEP-0060, publish-subscribe
            "urn:xmpp:delay", // XEP-0203, delayed delivery
            "jabber:x:delay", // XEP-0091, its predecessor
            "http://jabber.org/protocol/muc", // XEP-0045, what rooms say
            "urn:xmpp:occupant-id:", // XEP-0421, occupants of a room
            OWN_NAMESPACE);

    /** Names reported of what was left out.  Bounds the report; the rest is left out unreported. */
    private static final int MAX_REPORTED = 16;

    /** Characters reported of such a name: a peer chooses it. */
    private static final int MAX_NAME = 64;

    private InnerElements() {}

    /** Whether an element of this name may be inside an envelope, at any depth. */
    public static boolean mayTravelInside(String name, String namespace) {
        if (namespace.startsWith("urn:xmpp:omemo:")) {
            // XEP-0384 0.9.1, "Opting-out": <opt-out><reason/></opt-out> is to be sent encrypted.
            return name.equals("opt-out") || name.equals("reason");
        }
        if (namespace.equals("jabber:client")) {
            return !name.equals("error"); // only servers and clients that failed assert errors
        }
        return FORBIDDEN.stream().noneMatch(namespace::startsWith);
    }

    /**
     * The elements that may travel inside, without what may not among their descendants.
     *
     * @param dropped gets the local names of what was left out, at most 16 of 64 characters
     */
    public static List<XmlElement> filter(List<XmlElement> elements, List<String> dropped) {
        List<XmlElement> kept = new ArrayList<>();
        for (XmlElement element : elements) {
            if (mayTravelInside(element.name(), element.namespace())) {
                kept.add(withoutForbidden(element, dropped));
            } else if (dropped.size() < MAX_REPORTED) {
                dropped.add(element.name()
                        .substring(0, Math.min(MAX_NAME, element.name().length())));
            }
        }
        return kept;
    }

    /** Recursive: the height of an element is bounded. */
    private static XmlElement withoutForbidden(XmlElement element, List<String> dropped) {
        XmlElement.Builder copy = XmlElement.builder(element.name(), element.namespace());
        element.attributes().forEach(copy::attribute);
        for (XmlNode child : element.children()) {
            if (child instanceof XmlText text) {
                copy.text(text.text());
            } else if (child instanceof XmlElement inner) {
                filter(List.of(inner), dropped).forEach(copy::child);
            }
        }
        return copy.build();
    }
}
