/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.pubsub.EventElement;
import org.jivesoftware.smackx.pubsub.EventElementType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On Smack 4.4 a provider that throws closes the connection, and anybody can send an event. */
class TotalEventProviderTest {
    @BeforeAll
    static void install() {
        OmemoManager.install();
        OmemoManager.install();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "<unknown/>",
                "<unknown xmlns='urn:example:other'><deep/></unknown>",
                "<items/>",
                "<items node='n'><item><delay xmlns='urn:xmpp:delay' stamp='yesterday'/></item></items>",
                "<items node='n'><unknown/></items>",
                "<configuration/>",
                "<subscription/>",
                "<items node='n'/><delay xmlns='urn:xmpp:delay' stamp='yesterday'/><more/>"
            })
    void whatComesAfterAnOddEventIsRead(String inner) throws Exception {
        Message message = read("<event xmlns='http://jabber.org/protocol/pubsub#event'>" + inner + "</event>");

        assertThat(message.getBody()).isEqualTo("after");
        assertThat(message.getStanzaId()).isEqualTo("m1");
    }

    @Test
    void anEventWithNothingInItIsNoneForListeners() throws Exception {
        Message message = read("<event xmlns='http://jabber.org/protocol/pubsub#event'/>");

        assertThat(EventElement.from(message)).isNull();
        assertThat(message.hasExtension(EventElement.ELEMENT, EventElement.NAMESPACE))
                .isFalse();
    }

    @Test
    void aGoodEventIsSmacksOwn() throws Exception {
        Message message = read("<event xmlns='http://jabber.org/protocol/pubsub#event'>"
                + "<items node='n'><item id='i'><x xmlns='urn:example:x'/></item></items></event>");

        assertThat(EventElement.from(message).getEventType()).isEqualTo(EventElementType.items);
    }

    private static Message read(String event) throws Exception {
        return PacketParserUtils.parseStanza(
                "<message xmlns='jabber:client' id='m1' from='bob@example.org' type='headline'>" + event
                        + "<body>after</body></message>");
    }
}
