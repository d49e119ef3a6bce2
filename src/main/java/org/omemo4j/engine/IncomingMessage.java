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
 * @param sender the bare JID that the server vouches for.
 * @param recipient whom it was sent to: our own bare JID, or the contact's for a copy of what another of our devices sent.
 * @param encrypted the {@code <encrypted/>} element.
 * @param delivery the way it came.
 * @param stamp when our server received it, where it says so.
 */
public record IncomingMessage(
        BareJid sender, BareJid recipient, XmlElement encrypted, Delivery delivery, Optional<Instant> stamp) {}
