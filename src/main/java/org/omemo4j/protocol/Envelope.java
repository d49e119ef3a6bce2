/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * What a message says, in clear: elements that belong into the stanza, and what the sender says about it.
 *
 * @param content the elements, in order; empty means that there is nothing to show
 * @param from the sender's account, if the envelope names it
 * @param to the recipient's account, or the room, if the envelope names it
 * @param time when the sender encrypted it, if the envelope has a readable time; the caller judges it
 * @param dropped the local names of elements that must not travel inside and were left out; nothing else of them
 */
public record Envelope(
        List<XmlElement> content,
        Optional<BareJid> from,
        Optional<BareJid> to,
        Optional<Instant> time,
        List<String> dropped) {

    public Envelope {
        content = List.copyOf(content);
        dropped = List.copyOf(dropped);
    }

    /** An envelope to be sent. */
    public static Envelope of(List<XmlElement> content, BareJid from, BareJid to, Instant time) {
        return new Envelope(content, Optional.of(from), Optional.of(to), Optional.of(time), List.of());
    }

    /** Only numbers: the content is a message. */
    @Override
    public String toString() {
        return "Envelope[" + content.size() + " elements]";
    }
}
