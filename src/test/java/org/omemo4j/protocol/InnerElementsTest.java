/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.protocol.xml.XmlElement;

class InnerElementsTest {

    @ParameterizedTest
    @CsvSource({
        "body, jabber:client",
        "thread, jabber:client",
        "subject, jabber:client",
        "received, urn:xmpp:receipts",
        "request, urn:xmpp:receipts",
        "displayed, urn:xmpp:chat-markers:0",
        "active, http://jabber.org/protocol/chatstates",
        "replace, urn:xmpp:message-correct:0",
        "reply, urn:xmpp:reply:0",
        "reactions, urn:xmpp:reactions:0",
        "x, jabber:x:oob",
        "x, jabber:x:conference",
        "forwarded, urn:xmpp:forward:0",
        "opt-out, urn:xmpp:omemo:2",
        "trust-message, urn:xmpp:tm:1",
    })
    void whatPeopleSayTravelsInside(String name, String namespace) {
        assertThat(InnerElements.mayTravelInside(name, namespace)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "store, urn:xmpp:hints",
        "no-copy, urn:xmpp:hints",
        "stanza-id, urn:xmpp:sid:0",
        "origin-id, urn:xmpp:sid:0",
        "addresses, http://jabber.org/protocol/address",
        "encryption, urn:xmpp:eme:0",
        "encrypted, urn:xmpp:omemo:2",
        "devices, urn:xmpp:omemo:2",
        "bundle, urn:xmpp:omemo:2",
        "encrypted, urn:xmpp:omemo:1",
        "encrypted, eu.siacs.conversations.axolotl",
        "list, eu.siacs.conversations.axolotl",
        "envelope, urn:xmpp:sce:1",
        "content, urn:xmpp:sce:1",
        "sent, urn:xmpp:carbons:2",
        "received, urn:xmpp:carbons:2",
        "private, urn:xmpp:carbons:2",
        "result, urn:xmpp:mam:2",
        "fin, urn:xmpp:mam:1",
        "event, http://jabber.org/protocol/pubsub#event",
        "pubsub, http://jabber.org/protocol/pubsub",
        "delay, urn:xmpp:delay",
        "x, jabber:x:delay",
        "x, http://jabber.org/protocol/muc",
        "x, http://jabber.org/protocol/muc#user",
        "occupant-id, urn:xmpp:occupant-id:0",
        "error, jabber:client",
        "mark, urn:x-omemo4j",
    })
    void whatOnlyServersOrTheOwnClientSayDoesNot(String name, String namespace) {
        assertThat(InnerElements.mayTravelInside(name, namespace)).isFalse();
    }

    @Test
    void filterReachesIntoForwardedMessages() {
        XmlElement body = XmlElement.builder("body", "jabber:client").text("hi").build();
        XmlElement delay = XmlElement.builder("delay", "urn:xmpp:delay").build();
        List<String> dropped = new ArrayList<>();

        List<XmlElement> kept = InnerElements.filter(List.of(forwarded(body, delay)), dropped);

        assertThat(kept).containsExactly(forwarded(body));
        assertThat(dropped).containsExactly("delay");
    }

    @Test
    void reportsFewAndShortNamesWhateverAPeerSends() {
        XmlElement forged = XmlElement.builder("n".repeat(1000), "urn:xmpp:hints")
                .text("secret")
                .build();
        List<String> dropped = new ArrayList<>();

        InnerElements.filter(IntStream.range(0, 100).mapToObj(i -> forged).toList(), dropped);

        assertThat(dropped).hasSize(16).allMatch("n".repeat(64)::equals);
    }

    private static XmlElement forwarded(XmlElement... inside) {
        XmlElement.Builder message =
                XmlElement.builder("message", "jabber:client").attribute("from", "a@b");
        for (XmlElement element : inside) {
            message.child(element);
        }
        return XmlElement.builder("forwarded", "urn:xmpp:forward:0")
                .child(message.build())
                .build();
    }
}
