/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlAttribute;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.RawElement;

/** Encrypted messages as trees, and trees as Smack's messages. */
final class Stanzas {
    private static final String CLIENT = "jabber:client";
    private static final String HINTS = "urn:xmpp:hints";

    private Stanzas() {}

    /** The stanza that leaves instead of a clear one: the same address, id and outer elements, and the content encrypted. */
    static XmlElement encrypted(XmlElement clear, StanzaContent content, Encrypted encrypted) {
        XmlElement.Builder stanza = XmlElement.builder("message", CLIENT);
        for (XmlAttribute attribute : clear.attributes()) {
            if (!attribute.name().equals("from")) {
                stanza.attribute(attribute);
            }
        }
        content.outside().forEach(stanza::child);
        envelope(encrypted, storeHintNeeded(content)).forEach(stanza::child);
        return stanza.build();
    }

    /** An empty message, which only moves a session on. */
    static Message empty(BareJid to, Encrypted encrypted) {
        MessageBuilder message = StanzaBuilder.buildMessage(
                        java.util.UUID.randomUUID().toString())
                .to(to)
                .ofType(Message.Type.chat);
        envelope(encrypted, true).forEach(element -> message.addExtension(RawElement.of(element)));
        return message.build();
    }

    /** What an encrypted stanza carries: the messages, what they are (XEP-0380), and that servers are to keep them (XEP-0334). */
    static List<XmlElement> envelope(Encrypted encrypted, boolean storeHint) {
        List<XmlElement> elements = new ArrayList<>(encrypted.elements());
        for (OmemoVersion version : encrypted.versions()) {
            elements.add(XmlElement.builder("encryption", "urn:xmpp:eme:0")
                    .attribute("namespace", version.namespace())
                    .attribute("name", "OMEMO")
                    .build());
        }
        if (storeHint) {
            elements.add(XmlElement.builder("store", HINTS).build());
        }
        return elements;
    }

    /** Without a body, servers keep a message only if they are told to. What the application said about that counts. */
    static boolean storeHintNeeded(StanzaContent content) {
        return !content.isControl()
                && content.outside().stream()
                        .noneMatch(element -> element.is("store", HINTS)
                                || element.is("no-store", HINTS)
                                || element.is("no-permanent-store", HINTS));
    }

    /**
     * A stanza as Smack sends it; its elements stay as they are.
     *
     * @throws MalformedMessageException if it is no message with an id, or an address in it is none.
     */
    static Message toSmack(XmlElement stanza) throws MalformedMessageException {
        Optional<String> id = stanza.attribute("id").filter(text -> !text.isEmpty());
        if (!stanza.is("message", CLIENT) || id.isEmpty()) {
            throw new MalformedMessageException("no message stanza with an id");
        }
        try {
            MessageBuilder message = StanzaBuilder.buildMessage(id.get())
                    .ofType(stanza.attribute("type")
                            .map(Message.Type::fromString)
                            .orElse(Message.Type.normal));
            Optional<String> to = stanza.attribute("to");
            if (to.isPresent()) {
                Jid recipient = JidCreate.from(to.get());
                message.to(recipient);
            }
            stanza.attribute("lang", "http://www.w3.org/XML/1998/namespace").ifPresent(message::setLanguage);
            stanza.elements().forEach(element -> message.addExtension(RawElement.of(element)));
            return message.build();
        } catch (XmppStringprepException | IllegalArgumentException e) {
            throw new MalformedMessageException("a message stanza with a bad address or type");
        }
    }
}
