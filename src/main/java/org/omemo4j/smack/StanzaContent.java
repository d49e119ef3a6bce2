/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jxmpp.jid.Jid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.OpenElements;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;

/**
 * What is in a message stanza that goes out: what has to be encrypted, and what stays outside.
 *
 * @param kind what it means for the stanza.
 * @param inside the elements that go into the envelope.
 * @param outside the elements that stay beside it, because servers or other clients must read them.
 */
record StanzaContent(Kind kind, List<XmlElement> inside, List<XmlElement> outside) {
    /** Far more than an envelope may hold, but no deeper: a receiver reads 32 levels, two of them the envelope's. What exceeds it is refused before it is encrypted. */
    private static final XmlLimits LIMITS = new XmlLimits(2 * 1024 * 1024, 31, 16_384, 256);

    private static final String CLIENT = "jabber:client";
    private static final String MUC = "http://jabber.org/protocol/muc";
    private static final String IN_BAND_BYTESTREAMS = "http://jabber.org/protocol/ibb";
    private static final String DATA_FORMS = "jabber:x:data";

    /** Whether a stanza is encrypted. */
    enum Kind {
        /** Nothing in it is secret, or others must read it: it is left alone. */
        LEFT_ALONE,
        /** Chat states, receipts, markers: encrypted if that is possible at once, else dropped. */
        CONTROL,
        /** Something that a person wrote, or may have written. */
        CONTENT,
        /** Encrypted before, and a text in clear beside it. */
        CONTRADICTORY
    }

    StanzaContent {
        inside = List.copyOf(inside);
        outside = List.copyOf(outside);
    }

    /**
     * Whether messages of this type to this JID are ours at all. Without a recipient it goes to the own account.
     */
    static boolean concerns(Message.Type type, Optional<Jid> to) {
        boolean toUser = to.map(Jid::hasLocalpart).orElse(true);
        return toUser && (type == Message.Type.chat || type == Message.Type.normal || type == Message.Type.groupchat);
    }

    /**
     * Reads a stanza as it would be written.
     *
     * @throws MalformedMessageException if it is not well-formed, or too large.
     */
    static XmlElement read(Message message) throws MalformedMessageException {
        return read(escapeSectionEnds(message.toXML(XmlEnvironment.EMPTY).toString()));
    }

    /**
     * Reads a stanza that was written before.
     *
     * @throws MalformedMessageException if it is not well-formed, or too large.
     */
    static XmlElement read(String stanza) throws MalformedMessageException {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(stanza));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return org.omemo4j.protocol.xml.XmlReader.read(Bytes.of(bytes), LIMITS);
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("half of a character"); // String.getBytes would write another one
        }
    }

    /** Splits a stanza. */
    static StanzaContent of(XmlElement stanza, List<OmemoVersion> versions) {
        List<XmlElement> inside = new ArrayList<>();
        List<XmlElement> outside = new ArrayList<>();
        boolean encrypted = false; // a resend of the application
        boolean forOthers = false;
        for (XmlElement element : stanza.elements().toList()) {
            encrypted |=
                    OmemoVersion.ofEncrypted(ElementName.of(element), versions).isPresent();
            forOthers |= isForOthers(element);
            boolean secret = InnerElements.mayTravelInside(element.name(), element.namespace());
            (secret ? inside : outside).add(element);
        }
        // A text is a text, whatever stands beside it.
        boolean isResend = encrypted;
        boolean text = kind(inside.stream()
                        .filter(element -> !isForOthers(element))
                        .filter(element -> !(isResend && Stanzas.isFallbackBody(element)))
                        .toList())
                == Kind.CONTENT;
        if (encrypted && text) {
            return new StanzaContent(Kind.CONTRADICTORY, inside, outside);
        }
        boolean leftAlone = (encrypted || forOthers) && !text;
        return new StanzaContent(leftAlone ? Kind.LEFT_ALONE : kind(inside), inside, outside);
    }

    boolean isControl() {
        return kind == Kind.CONTROL;
    }

    /** Whether a room takes what stands outside for itself: an invitation, or the mark of a private message. */
    boolean isReadByRoom() {
        return outside.stream().anyMatch(element -> element.is("x", MUC + "#user"));
    }

    private static Kind kind(List<XmlElement> inside) {
        List<XmlElement> telling =
                inside.stream().filter(element -> !element.is("thread", CLIENT)).toList();
        if (telling.stream().allMatch(element -> element.is("subject", CLIENT))) {
            return Kind.LEFT_ALONE; // nothing at all, or a subject only
        }
        boolean control = telling.stream().allMatch(OpenElements::contain);
        return control ? Kind.CONTROL : Kind.CONTENT;
    }

    /** Smack writes the {@code >} of a text as it is; XML forbids that after two brackets. */
    private static String escapeSectionEnds(String stanza) {
        return stanza.contains("<![CDATA[") ? stanza : stanza.replace("]]>", "]]&gt;");
    }

    /** What a room must read (XEP-0045), and in-band bytestreams (XEP-0047), which only look like messages. */
    private static boolean isForOthers(XmlElement element) {
        return element.is("x", MUC + "#user")
                || element.namespace().equals(IN_BAND_BYTESTREAMS)
                || (element.is("x", DATA_FORMS) && isRoomForm(element));
    }

    /** A request for voice in a room, or the like. */
    private static boolean isRoomForm(XmlElement form) {
        return form.children("field", DATA_FORMS).stream()
                .filter(field -> field.attribute("var").orElse("").equals("FORM_TYPE"))
                .flatMap(field -> field.children("value", DATA_FORMS).stream())
                .anyMatch(value -> value.text().startsWith(MUC + "#"));
    }
}
