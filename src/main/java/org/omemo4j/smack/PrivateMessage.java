/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * A message to one occupant through a room (XEP-0045 1.35.5, "Sending a Private Message").
 *
 * @param person whom it is for, where the room tells.
 */
record PrivateMessage(BareJid room, Optional<BareJid> person) {
    /** What such a message should carry, with nothing in it, so that other clients of the same account know it for one. */
    private static final QName MARK = MUCUser.QNAME;

    /** Empty if it is none, or we know of no such room. One that we are not in (yet, or any more) does not tell who the person is. */
    static Optional<PrivateMessage> in(Message message, Rooms rooms) {
        Jid to = message.getTo();
        if (to == null
                || !to.hasResource()
                || message.getType() == Message.Type.groupchat
                || !rooms.isRoom(to.asBareJid())) {
            return Optional.empty();
        }
        return Optional.of(new PrivateMessage(to.asBareJid(), rooms.addressee(to)));
    }

    private static boolean isMark(XmlElement element) {
        return element.is(MARK.getLocalPart(), MARK.getNamespaceURI());
    }

    /** The stanza without the mark. What else a room reads stays. */
    static XmlElement withoutMark(XmlElement stanza) {
        XmlElement.Builder copy = XmlElement.builder(stanza.name(), stanza.namespace());
        stanza.attributes().forEach(copy::attribute);
        stanza.elements()
                .filter(element ->
                        !(isMark(element) && element.elements().findAny().isEmpty()))
                .forEach(copy::child);
        return copy.build();
    }

    /** The stanza with another recipient. */
    static XmlElement to(BareJid person, XmlElement stanza) {
        XmlElement.Builder copy = XmlElement.builder(stanza.name(), stanza.namespace());
        stanza.attributes().stream()
                .filter(attribute -> !attribute.name().equals("to"))
                .forEach(copy::attribute);
        copy.attribute("to", person.toString());
        stanza.elements().forEach(copy::child);
        return copy.build();
    }
}
