/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.pubsub.ItemsExtension;
import org.jivesoftware.smackx.pubsub.PayloadItem;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.jivesoftware.smackx.pubsub.packet.PubSubNamespace;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.testkit.World;

/** Answers the requests of a connection from the nodes of a {@link World}. */
record TestPep(World world, BareJid owner) {
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";

    Optional<IQ> answer(IQ request) {
        if (request instanceof PubSub) {
            XmlElement asked = ReceivedElements.find(request, RawElement.class)
                    .flatMap(RawElement::xml)
                    .orElseThrow();
            return Optional.of(
                    switch (asked.name()) {
                        case "items" -> items(request, asked);
                        case "publish" -> publish(request, asked);
                        case "retract" ->
                            remove(
                                    request,
                                    asked,
                                    asked.child("item", PUBSUB).orElseThrow().attribute("id"));
                        case "delete" -> remove(request, asked, Optional.of("current"));
                        default -> IQ.createResultIQ(request);
                    });
        }
        return request instanceof Ping ? Optional.of(IQ.createResultIQ(request)) : Optional.empty();
    }

    private IQ items(IQ request, XmlElement asked) {
        BareJid account = request.getTo() == null ? owner : request.getTo().asBareJid();
        if (world.problem(account).isPresent()) {
            return IQ.createErrorResponse(request, StanzaError.Condition.internal_server_error);
        }
        String node = asked.attribute("node").orElseThrow();
        String id = asked.child("item", PUBSUB)
                .flatMap(item -> item.attribute("id"))
                .orElse("current");
        Optional<XmlElement> found = world.item(account, node, id);
        if (found.isEmpty()) {
            return IQ.createErrorResponse(request, StanzaError.Condition.item_not_found);
        }
        PubSub answer = new PubSub(null, IQ.Type.result, PubSubNamespace.basic);
        answer.addExtension(new ItemsExtension(
                ItemsExtension.ItemsElementType.items,
                node,
                List.of(new PayloadItem<>(id, RawElement.of(found.get())))));
        return answer;
    }

    private IQ remove(IQ request, XmlElement asked, Optional<String> id) {
        world.remove(owner, asked.attribute("node").orElseThrow(), id.orElseThrow());
        return IQ.createResultIQ(request);
    }

    private IQ publish(IQ request, XmlElement asked) {
        XmlElement item = asked.child("item", PUBSUB).orElseThrow();
        world.put(
                owner,
                asked.attribute("node").orElseThrow(),
                item.attribute("id").orElseThrow(),
                item.elements().findFirst().orElseThrow());
        return IQ.createResultIQ(request);
    }
}
