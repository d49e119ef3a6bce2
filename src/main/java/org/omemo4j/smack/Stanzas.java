/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.eme.element.ExplicitMessageEncryptionElement;
import org.jivesoftware.smackx.hints.element.StoreHint;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.ClearContent;
import org.omemo4j.smack.element.RawElement;

/** Makes the messages that leave. */
final class Stanzas {
    private static final String HINTS = "urn:xmpp:hints";

    /** What Prosody and ejabberd take from a client by default; a longer stanza ends the connection. In bytes. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final String FALLBACK = "This message is encrypted with OMEMO, and your client cannot read it.";
    private static final XmlElement FALLBACK_BODY =
            XmlElement.builder("body", "jabber:client").text(FALLBACK).build();

    private Stanzas() {}

    /**
     * A stanza as it is written.
     *
     * @throws OmemoException if it is longer than servers take.
     */
    static String written(Message message) {
        String xml = message.toXML(XmlEnvironment.EMPTY).toString();
        int bytes = xml.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new OmemoException(
                    OmemoException.Reason.CONTENT,
                    "The message is too large: encrypted it has " + bytes + " bytes, and servers take " + MAX_BYTES
                            + ". It was not sent. Shorten it, or send it in parts.");
        }
        return xml;
    }

    /**
     * A message that waited, as it leaves encrypted: one stanza, or one for each version.
     *
     * @param outer from {@link #outer}.
     */
    static List<Message> encrypted(Message outer, StanzaContent content, Encrypted encrypted, boolean separate) {
        List<Message> leaving = new ArrayList<>();
        for (Encrypted part : separate ? encrypted.byVersion() : List.of(encrypted)) {
            MessageBuilder message = outer.asBuilder();
            message.addExtensions(envelope(part, storeHintNeeded(content)));
            if (part.needsFallbackBody()) {
                part.beside().forEach(element -> message.addExtension(RawElement.of(element)));
                message.addExtension(new ClearContent(List.of(FALLBACK_BODY)));
            }
            leaving.add(message.build());
        }
        return leaving;
    }

    /** What stands in clear beside an encrypted message. */
    static List<XmlElement> inClear(Encrypted encrypted, StanzaContent content) {
        List<XmlElement> elements = new ArrayList<>(content.outside());
        if (encrypted.needsFallbackBody()) {
            elements.addAll(encrypted.beside());
        }
        return elements;
    }

    /** Tells the users of clients without OMEMO that they miss something. */
    static Message.Body fallbackBody() {
        return new Message.Body(null, FALLBACK);
    }

    /** Whether a body is only that. */
    static boolean isFallbackBody(XmlElement element) {
        return element.equals(FALLBACK_BODY);
    }

    /** A message that waited, as it leaves in clear. @param outer from {@link #outer}. */
    static Message inClear(Message outer, StanzaContent content) {
        return outer.asBuilder()
                .addExtension(new ClearContent(content.inside()))
                .build();
    }

    /** An empty message, which only moves a session on. */
    static Message empty(BareJid to, Encrypted encrypted) {
        return StanzaBuilder.buildMessage(UUID.randomUUID().toString())
                .to(to)
                .ofType(Message.Type.chat)
                .addExtensions(envelope(encrypted, true))
                .build();
    }

    /** A message that asks for plain text, as it waits to be encrypted. */
    static String optOut(BareJid to, String id, OptOut optOut) {
        return XmlElement.builder("message", "jabber:client")
                .attribute("type", "chat")
                .attribute("to", to.toString())
                .attribute("id", id)
                .child(optOut.toXml())
                .build()
                .toXml();
    }

    /** What an encrypted stanza carries: the messages, what they are (XEP-0380), and that servers are to keep them (XEP-0334). */
    static List<ExtensionElement> envelope(Encrypted encrypted, boolean storeHint) {
        List<ExtensionElement> elements = new ArrayList<>();
        encrypted.elements().forEach(element -> elements.add(RawElement.of(element)));
        for (OmemoVersion version : encrypted.versions()) {
            elements.add(new ExplicitMessageEncryptionElement(version.namespace(), version.displayName()));
        }
        if (storeHint) {
            elements.add(StoreHint.INSTANCE);
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
     * A message that waited, without what has to be encrypted.
     *
     * @throws MalformedMessageException if it is no message with an id, or Smack cannot read it.
     */
    static Message outer(XmlElement stanza, StanzaContent content) throws MalformedMessageException {
        XmlElement.Builder outer = XmlElement.builder(stanza.name(), stanza.namespace());
        stanza.attributes().stream()
                .filter(attribute -> !attribute.name().equals("from"))
                .forEach(outer::attribute);
        content.outside().forEach(outer::child);
        return read(outer.build().toXml());
    }

    /** Whether an extension is what it says it is, and writes exactly this element. */
    static boolean writes(ExtensionElement extension, XmlElement element) {
        if (!extension.getQName().equals(new QName(element.namespace(), element.name()))) {
            return false;
        }
        try {
            XmlElement alone = StanzaContent.read(
                    "<message xmlns='jabber:client'>" + extension.toXML(XmlEnvironment.EMPTY) + "</message>");
            return alone.elements().toList().equals(List.of(element));
        } catch (MalformedMessageException e) {
            return false;
        }
    }

    /** Stanzas as they are stored: one after the other. */
    static String stored(List<Message> messages) {
        return messages.stream().map(Stanzas::written).collect(Collectors.joining());
    }

    /**
     * Stanzas that were stored, as Smack sends them. A fallback body is wrapped: what looks at outgoing bodies has seen this message in clear already.
     *
     * @throws MalformedMessageException if it is no messages with an id, or Smack cannot read them.
     */
    static List<Message> readStored(String stanzas) throws MalformedMessageException {
        List<Message> messages = new ArrayList<>();
        for (XmlElement stanza : StanzaContent.read("<stored>" + stanzas + "</stored>")
                .elements()
                .toList()) {
            XmlElement.Builder bare = XmlElement.builder(stanza.name(), stanza.namespace());
            stanza.attributes().forEach(bare::attribute);
            stanza.elements().filter(element -> !isFallbackBody(element)).forEach(bare::child);
            Message message = read(bare.build().toXml());
            boolean fallback = stanza.elements().anyMatch(Stanzas::isFallbackBody);
            messages.add(
                    fallback
                            ? message.asBuilder()
                                    .addExtension(new ClearContent(List.of(FALLBACK_BODY)))
                                    .build()
                            : message);
        }
        return messages;
    }

    /** The elements that stanzas carry as they are, the encrypted ones among them. */
    static List<XmlElement> raw(List<Message> messages) {
        return messages.stream()
                .flatMap(message -> message.getExtensions().stream())
                .filter(RawElement.class::isInstance)
                .flatMap(extension -> ((RawElement) extension).xml().stream())
                .toList();
    }

    private static Message read(String stanza) throws MalformedMessageException {
        try {
            if (PacketParserUtils.parseStanza(stanza) instanceof Message message && message.hasStanzaIdSet()) {
                return message;
            }
        } catch (Exception e) { // parseStanza declares it
            throw new MalformedMessageException("a stored stanza that Smack cannot read");
        }
        throw new MalformedMessageException("a stored stanza that is no message with an id");
    }
}
