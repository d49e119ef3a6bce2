/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.Map;
import org.jivesoftware.smack.packet.IQ;
import org.jxmpp.jid.Jid;

/** Requests to nodes, written by hand: the other client of an account that a test plays (XEP-0060, XEP-0163). */
final class PubSubXml {
    static final String DEVICES = "urn:xmpp:omemo:2:devices";
    static final String BUNDLES = "urn:xmpp:omemo:2:bundles";
    static final String LEGACY_DEVICES = "eu.siacs.conversations.axolotl.devicelist";
    static final String NO_LEGACY_DEVICES = "<list xmlns='eu.siacs.conversations.axolotl'/>";
    static final String OMEMO = "urn:xmpp:omemo:2";

    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";

    private PubSubXml() {}

    static RawIq publish(Jid owner, String node, String item, String payload, Map<String, String> options) {
        return new RawIq(
                IQ.Type.set,
                owner,
                "pubsub",
                PUBSUB,
                "<publish node='" + node + "'><item id='" + item + "'>" + payload + "</item></publish>"
                        + (options.isEmpty()
                                ? ""
                                : "<publish-options>" + form("publish-options", options) + "</publish-options>"));
    }

    static RawIq retract(Jid owner, String node, String item) {
        return new RawIq(
                IQ.Type.set,
                owner,
                "pubsub",
                PUBSUB,
                "<retract node='" + node + "' notify='true'><item id='" + item + "'/></retract>");
    }

    static RawIq delete(Jid owner, String node) {
        return new RawIq(IQ.Type.set, owner, "pubsub", PUBSUB + "#owner", "<delete node='" + node + "'/>");
    }

    static RawIq configuration(Jid owner, String node) {
        return new RawIq(IQ.Type.get, owner, "pubsub", PUBSUB + "#owner", "<configure node='" + node + "'/>");
    }

    static RawIq configure(Jid owner, String node, Map<String, String> settings) {
        return new RawIq(
                IQ.Type.set,
                owner,
                "pubsub",
                PUBSUB + "#owner",
                "<configure node='" + node + "'>" + form("node_config", settings) + "</configure>");
    }

    static RawIq items(Jid owner, String node) {
        return new RawIq(IQ.Type.get, owner, "pubsub", PUBSUB, "<items node='" + node + "'/>");
    }

    /** A device list of these ids. */
    static String devices(int... ids) {
        StringBuilder xml = new StringBuilder("<devices xmlns='" + OMEMO + "'>");
        for (int id : ids) {
            xml.append("<device id='").append(id).append("'/>");
        }
        return xml.append("</devices>").toString();
    }

    private static String form(String type, Map<String, String> fields) {
        StringBuilder xml = new StringBuilder("<x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE' type='hidden'><value>" + PUBSUB + "#" + type + "</value></field>");
        fields.forEach((name, value) -> xml.append("<field var='pubsub#")
                .append(name)
                .append("'><value>")
                .append(value)
                .append("</value></field>"));
        return xml.append("</x>").toString();
    }
}
