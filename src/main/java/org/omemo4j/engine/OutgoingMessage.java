/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * A message to encrypt.
 *
 * @param to the contact or, with {@code groupChat}, the room.
 * @param groupChat whether it is a message to a room.
 * @param content what must be secret: the stanza's elements that {@link org.omemo4j.protocol.InnerElements} lets inside.
 * @param control whether it carries nothing a person wrote (chat state, receipt, marker): then it never fetches, waits, starts a session or fails.
 */
public record OutgoingMessage(BareJid to, boolean groupChat, List<XmlElement> content, boolean control) {
    public OutgoingMessage {
        content = List.copyOf(content);
    }
}
