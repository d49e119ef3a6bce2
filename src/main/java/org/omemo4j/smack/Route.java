/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Instant;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Author;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.IncomingMessage;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * Where a message comes from, as far as our server and our rooms vouch for it; read before anything is decrypted, and never looked for again.
 *
 * @param sender the account that the server names, or the room.
 * @param author who wrote it.
 * @param recipient whom it was sent to.
 * @param groupChat whether it was said to a whole room.
 * @param room the room that it came through.
 * @param delivery the way it came.
 * @param stamp when our server, or the room, received it, where it says so.
 */
record Route(
        BareJid sender,
        Author author,
        BareJid recipient,
        boolean groupChat,
        Optional<BareJid> room,
        Delivery delivery,
        Optional<Instant> stamp) {

    /** From an account to an account. */
    static Route direct(BareJid sender, BareJid recipient, Delivery delivery, Optional<Instant> stamp) {
        return new Route(sender, new Author.Known(sender), recipient, false, Optional.empty(), delivery, stamp);
    }

    /** To all who are in a room. */
    static Route groupChat(BareJid room, Author author, Delivery delivery, Optional<Instant> stamp) {
        return new Route(named(author, room), author, room, true, Optional.of(room), delivery, stamp);
    }

    /** From one of a room to one of it, through the room. */
    static Route throughRoom(
            BareJid room, Author author, BareJid recipient, Delivery delivery, Optional<Instant> stamp) {
        return new Route(named(author, room), author, recipient, false, Optional.of(room), delivery, stamp);
    }

    private static BareJid named(Author author, BareJid room) {
        return author instanceof Author.Known known ? known.jid() : room;
    }

    boolean isOfOwnArchive() {
        return delivery == Delivery.ARCHIVE && !groupChat;
    }

    IncomingMessage with(XmlElement encrypted) {
        return new IncomingMessage(author, recipient, groupChat, encrypted, delivery, stamp);
    }

    /** What is told of a message that came this way, and is not read. */
    UnreadMessage unread(Message message) {
        return new UnreadMessage(
                sender,
                Optional.empty(),
                Optional.ofNullable(message.getStanzaId()),
                delivery,
                room,
                Decryption.Proposal.NONE,
                Optional.empty());
    }
}
