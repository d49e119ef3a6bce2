/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlAttribute;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlNode;
import org.omemo4j.protocol.xml.XmlText;
import org.omemo4j.trust.TrustLevel;

/**
 * A message that was read or sent, in clear.
 *
 * @param hash of its encrypted element.
 * @param place where it was read; empty for one that this device has sent.
 * @param trust what its sender's key was worth then; empty for one that this device has sent.
 * @param recipient whom it was sent to: a repeat that was sent to somebody else is none.
 * @param content the elements that were inside.
 * @param time when its sender says that it was written.
 * @param dropped names of elements that were dropped.
 * @param written when it was read or sent.
 */
record JournalEntry(
        Bytes hash,
        Optional<Place> place,
        Optional<TrustLevel> trust,
        BareJid recipient,
        List<XmlElement> content,
        Optional<Instant> time,
        List<String> dropped,
        Instant written) {
    /** What a small message takes beside its text, in bytes. */
    private static final int OVERHEAD = 500;

    /**
     * What names a message to its receiver.
     *
     * @param session the session's number.
     * @param ratchetKey the sender's, as in the header.
     * @param n the message's number in its chain.
     */
    record Place(long session, Bytes ratchetKey, long n) {}

    JournalEntry {
        content = List.copyOf(content);
        dropped = List.copyOf(dropped);
    }

    /** About how many bytes of memory it takes. */
    long weight() {
        long weight = OVERHEAD;
        for (XmlElement element : content) {
            weight += weight(element);
        }
        return weight;
    }

    private static long weight(XmlElement element) {
        long weight = OVERHEAD;
        for (XmlAttribute attribute : element.attributes()) {
            weight += OVERHEAD + 2L * attribute.value().length();
        }
        for (XmlNode child : element.children()) {
            if (child instanceof XmlElement inner) {
                weight += weight(inner);
            } else if (child instanceof XmlText text) {
                weight += 2L * text.text().length();
            }
        }
        return weight;
    }
}
