/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.List;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.jivesoftware.smackx.pubsub.packet.PubSubNamespace;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.RawElement;

/** Publishes what OMEMO 2 does, and asks for it, with nothing of OMEMO on the connection. */
final class KeyRequests {

    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String FORM = "jabber:x:data";
    private static final Omemo2 VERSION = Omemo2.VERSION;

    private KeyRequests() {}

    static IQ publish(DeviceList list) {
        return publish(
                VERSION.nodes().deviceList(),
                VERSION.nodes().deviceListItem(),
                VERSION.elements().toXml(list));
    }

    static IQ publish(DeviceId device, Bundle bundle) {
        return publish(
                VERSION.nodes().bundle(device),
                VERSION.nodes().bundleItem(device),
                VERSION.elements().toXml(bundle));
    }

    static IQ deviceList(EntityBareJid account, OmemoVersion version) {
        return get(account, items(version.nodes().deviceList()).attribute("max_items", "1"));
    }

    static IQ bundle(EntityBareJid account, DeviceId device) {
        return get(
                account,
                items(VERSION.nodes().bundle(device))
                        .child(item(VERSION.nodes().bundleItem(device)).build()));
    }

    private static IQ publish(String node, String id, XmlElement payload) {
        PubSub request = new PubSub(null, IQ.Type.set, PubSubNamespace.basic);
        request.addExtension(RawElement.of(XmlElement.builder("publish", PUBSUB)
                .attribute("node", node)
                .child(item(id).child(payload).build())
                .build()));
        XmlElement.Builder options = XmlElement.builder("x", FORM).attribute("type", "submit");
        for (XmlElement field : List.of(
                field("FORM_TYPE", PUBSUB + "#publish-options"),
                field("pubsub#access_model", "open"),
                field("pubsub#max_items", "10"))) {
            options.child(field);
        }
        request.addExtension(RawElement.of(XmlElement.builder("publish-options", PUBSUB)
                .child(options.build())
                .build()));
        return request;
    }

    private static IQ get(EntityBareJid account, XmlElement.Builder items) {
        PubSub request = new PubSub(account, IQ.Type.get, PubSubNamespace.basic);
        request.addExtension(RawElement.of(items.build()));
        return request;
    }

    private static XmlElement.Builder items(String node) {
        return XmlElement.builder("items", PUBSUB).attribute("node", node);
    }

    private static XmlElement.Builder item(String id) {
        return XmlElement.builder("item", PUBSUB).attribute("id", id);
    }

    private static XmlElement field(String name, String value) {
        return XmlElement.builder("field", FORM)
                .attribute("var", name)
                .child(XmlElement.builder("value", FORM).text(value).build())
                .build();
    }
}
