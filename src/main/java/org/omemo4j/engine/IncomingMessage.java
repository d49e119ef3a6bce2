/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * A message to decrypt.
 *
 * @param author who wrote it, as far as the server vouches for it.
 * @param recipient whom it was sent to: our own bare JID, the contact's for a copy of what another of our devices sent, or the room.
 * @param groupChat whether the recipient is a room.
 * @param encrypted the {@code <encrypted/>} element.
 * @param delivery the way it came.
 * @param stamp when our server, or the room, received it, where it says so.
 */
public record IncomingMessage(
        Author author,
        BareJid recipient,
        boolean groupChat,
        XmlElement encrypted,
        Delivery delivery,
        Optional<Instant> stamp) {

    /** A message between two accounts. */
    public IncomingMessage(
            BareJid sender, BareJid recipient, XmlElement encrypted, Delivery delivery, Optional<Instant> stamp) {
        this(new Author.Known(sender), recipient, false, encrypted, delivery, stamp);
    }
}
