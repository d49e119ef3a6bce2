/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smackx.pubsub.FormNode;
import org.jivesoftware.smackx.pubsub.Item;
import org.jivesoftware.smackx.pubsub.ItemsExtension;
import org.jivesoftware.smackx.pubsub.PayloadItem;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.jivesoftware.smackx.pubsub.packet.PubSubNamespace;
import org.jivesoftware.smackx.xdata.FormField;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.PublishedItem;
import org.omemo4j.smack.element.RawElement;

/** The requests of XEP-0060 that OMEMO needs, written out: Smack has no publish-options, no fetch by item id, and no {@code max}. */
final class PubSubRequests {
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String OWNER = PUBSUB + "#owner";
    private static final String FORM = "jabber:x:data";

    private PubSubRequests() {}

    /** Asks for the newest items of a node. */
    static IQ newestItems(@Nullable BareJid account, String node, int items) {
        return get(
                account,
                items(node).attribute("max_items", Integer.toString(items)).build());
    }

    /** Asks for one item of a node. */
    static IQ item(@Nullable BareJid account, String node, String id) {
        return get(
                account,
                items(node)
                        .child(XmlElement.builder("item", PUBSUB)
                                .attribute("id", id)
                                .build())
                        .build());
    }

    /** Publishes an item on our own node; the node has, or gets, these settings (XEP-0060, "Publishing Options"). */
    static IQ publish(String node, String id, XmlElement payload, Map<String, String> settings) {
        XmlElement item = XmlElement.builder("item", PUBSUB)
                .attribute("id", id)
                .child(payload)
                .build();
        PubSub request = new PubSub(null, IQ.Type.set, PubSubNamespace.basic);
        request.addExtension(RawElement.of(XmlElement.builder("publish", PUBSUB)
                .attribute("node", node)
                .child(item)
                .build()));
        if (!settings.isEmpty()) {
            request.addExtension(RawElement.of(XmlElement.builder("publish-options", PUBSUB)
                    .child(form(PUBSUB + "#publish-options", fields(settings)))
                    .build()));
        }
        return request;
    }

    /** Takes an item off our own node, and tells those that hear of it. */
    static IQ retract(String node, String id) {
        PubSub request = new PubSub(null, IQ.Type.set, PubSubNamespace.basic);
        request.addExtension(RawElement.of(XmlElement.builder("retract", PUBSUB)
                .attribute("node", node)
                .attribute("notify", "true")
                .child(XmlElement.builder("item", PUBSUB).attribute("id", id).build())
                .build()));
        return request;
    }

    /** Removes our own node with all that is on it. */
    static IQ delete(String node) {
        PubSub request = new PubSub(null, IQ.Type.set, PubSubNamespace.owner);
        request.addExtension(RawElement.of(
                XmlElement.builder("delete", OWNER).attribute("node", node).build()));
        return request;
    }

    /** Asks for the settings of our own node. */
    static IQ settings(String node) {
        PubSub request = new PubSub(null, IQ.Type.get, PubSubNamespace.owner);
        request.addExtension(RawElement.of(configure(node).build()));
        return request;
    }

    /** Changes the settings of our own node. */
    static IQ configure(String node, Map<String, List<String>> settings) {
        PubSub request = new PubSub(null, IQ.Type.set, PubSubNamespace.owner);
        request.addExtension(RawElement.of(
                configure(node).child(form(PUBSUB + "#node_config", settings)).build()));
        return request;
    }

    /** The items in an answer, with their ids, in document order. */
    static List<FetchedItem> itemsIn(IQ answer) {
        List<FetchedItem> found = new ArrayList<>();
        for (ExtensionElement extension : answer.getExtensions()) {
            if (extension instanceof ItemsExtension items) {
                found.addAll(itemsIn(items));
            }
        }
        return found;
    }

    /** The same for an event. */
    static List<FetchedItem> itemsIn(ItemsExtension items) {
        List<FetchedItem> found = new ArrayList<>();
        // As objects: Smack's list holds whatever was sent, whatever its type says.
        for (Object item : items.getItems()) {
            if (item instanceof PayloadItem<?> payload) {
                ExtensionElement content = payload.getPayload();
                found.add(new FetchedItem(
                        Optional.ofNullable(payload.getId()),
                        content instanceof RawElement raw ? raw.xml() : Optional.empty(),
                        false,
                        publisher(payload)));
            } else if (item instanceof Item empty) {
                found.add(
                        new FetchedItem(Optional.ofNullable(empty.getId()), Optional.empty(), true, Optional.empty()));
            }
        }
        return found;
    }

    /** The settings in an answer to {@link #settings}; what has no value is left out. */
    static Map<String, List<String>> settingsIn(IQ answer) {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        for (ExtensionElement extension : answer.getExtensions()) {
            if (extension instanceof FormNode configuration && configuration.getForm() != null) {
                for (FormField field : configuration.getForm().getFields()) {
                    List<String> values = field.getRawValueCharSequences().stream()
                            .map(CharSequence::toString)
                            .toList();
                    if (!values.isEmpty() && field.getFieldName() != null) {
                        settings.put(field.getFieldName(), values);
                    }
                }
            }
        }
        settings.remove("FORM_TYPE");
        return settings;
    }

    /**
     * An item of a node.
     *
     * @param id its id, where it has one.
     * @param payload absent where it is none of OMEMO's elements, or malformed.
     * @param empty whether there was nothing in the item.
     * @param publisher in an event the client that has published it, by the word of the server that sends it; few say it. A bare JID, as Prosody writes it, names no client.
     */
    record FetchedItem(
            Optional<String> id, Optional<XmlElement> payload, boolean empty, Optional<EntityFullJid> publisher) {}

    private static Optional<EntityFullJid> publisher(PayloadItem<?> item) {
        return item instanceof PublishedItem published
                ? Optional.ofNullable(JidCreate.entityFullFromOrNull(published.publisher()))
                : Optional.empty();
    }

    private static IQ get(@Nullable BareJid account, XmlElement items) {
        PubSub request = new PubSub(account, IQ.Type.get, PubSubNamespace.basic);
        request.addExtension(RawElement.of(items));
        return request;
    }

    private static XmlElement.Builder items(String node) {
        return XmlElement.builder("items", PUBSUB).attribute("node", node);
    }

    private static XmlElement.Builder configure(String node) {
        return XmlElement.builder("configure", OWNER).attribute("node", node);
    }

    private static Map<String, List<String>> fields(Map<String, String> settings) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        settings.forEach((name, value) -> fields.put(name, List.of(value)));
        return fields;
    }

    private static XmlElement form(String type, Map<String, List<String>> fields) {
        XmlElement.Builder form = XmlElement.builder("x", FORM)
                .attribute("type", "submit")
                .child(field("FORM_TYPE", List.of(type))
                        .attribute("type", "hidden")
                        .build());
        fields.forEach((name, values) -> form.child(field(name, values).build()));
        return form.build();
    }

    private static XmlElement.Builder field(String name, List<String> values) {
        XmlElement.Builder field = XmlElement.builder("field", FORM).attribute("var", name);
        values.forEach(value ->
                field.child(XmlElement.builder("value", FORM).text(value).build()));
        return field;
    }
}
