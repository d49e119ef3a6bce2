/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.engine.JournalEntry.Place;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustLevel;

/** Messages of the journal as rows of a store, and back: a small XML document. Stateless. */
final class JournalCodec {
    /** Deeper than what may be in a message, and larger than what an application may send: a row was written by us. */
    private static final XmlLimits LIMITS = new XmlLimits(16 * 1024 * 1024, XmlElement.MAX_HEIGHT, 65_536, 256);

    private static final String CONTENT = "content";
    private static final String DROPPED = "dropped";

    private JournalCodec() {}

    static JournalRecord encode(JournalEntry entry) {
        XmlElement.Builder row = XmlElement.builder("entry", "")
                .attribute("recipient", entry.recipient().toString());
        entry.time().ifPresent(time -> row.attribute("time", time.toString()));
        entry.place()
                .ifPresent(place -> row.attribute("session", Long.toString(place.session()))
                        .attribute("ratchet-key", place.ratchetKey().toHex())
                        .attribute("n", Long.toString(place.n())));
        entry.trust().ifPresent(trust -> row.attribute("trust", trust.name()));
        for (String name : entry.dropped()) {
            row.child(XmlElement.builder(DROPPED, "").text(name).build());
        }
        XmlElement.Builder content = XmlElement.builder(CONTENT, "");
        entry.content().forEach(content::child);
        String document = row.child(content.build()).build().toXml();
        return new JournalRecord(entry.hash(), entry.written(), Secret.of(document.getBytes(StandardCharsets.UTF_8)));
    }

    static JournalEntry decode(JournalRecord record) throws StoreException {
        try {
            XmlElement row = XmlReader.read(Bytes.of(record.entry().reveal()), LIMITS);
            BareJid recipient = JidCreate.bareFrom(attribute(row, "recipient"));
            Optional<Place> place = row.attribute("session").isPresent()
                    ? Optional.of(new Place(
                            Long.parseLong(attribute(row, "session")),
                            Bytes.ofHex(attribute(row, "ratchet-key")),
                            Long.parseLong(attribute(row, "n"))))
                    : Optional.empty();
            List<XmlElement> content =
                    row.child(CONTENT, "").map(all -> all.elements().toList()).orElse(List.of());
            List<String> dropped =
                    row.children(DROPPED, "").stream().map(XmlElement::text).toList();
            return new JournalEntry(
                    record.hash(),
                    place,
                    row.attribute("trust").map(TrustLevel::valueOf),
                    recipient,
                    content,
                    row.attribute("time").map(Instant::parse),
                    dropped,
                    record.written());
        } catch (MalformedMessageException | XmppStringprepException | IllegalArgumentException | DateTimeException e) {
            throw new StoreException("A stored message of the journal is damaged.");
        }
    }

    private static String attribute(XmlElement row, String name) {
        return row.attribute(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
    }
}
