/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.Jids;
import org.omemo4j.protocol.KeyXml;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;

/** The message (XEP-0384 0.9.1, "Sending a message"). */
final class EncryptedXml {

    /** The attribute that marks a key exchange. */
    private static final String KEY_EXCHANGE = "kex";

    private EncryptedXml() {}

    static EncryptedMessage read(XmlElement element) throws MalformedMessageException {
        XmlElement header = Omemo2Elements.XML.only(element, "header");
        DeviceId sender = header.attribute("sid")
                .flatMap(DeviceId::parse)
                .orElseThrow(() -> new MalformedMessageException("no proper sender id"));
        return new EncryptedMessage(sender, keys(header), payload(element));
    }

    static XmlElement write(EncryptedMessage message) {
        Map<BareJid, XmlElement.Builder> accounts = new LinkedHashMap<>();
        for (EncryptedKey key : message.keys()) {
            BareJid recipient = key.recipient()
                    .orElseThrow(() -> new IllegalArgumentException("in this version every key names its account"));
            accounts.computeIfAbsent(
                            recipient, jid -> Omemo2Elements.XML.element("keys").attribute("jid", jid.toString()))
                    .child(KeyXml.write(key, Omemo2Elements.XML.element("key"), KEY_EXCHANGE));
        }
        XmlElement.Builder header = Omemo2Elements.XML
                .element("header")
                .attribute("sid", message.sender().toString());
        accounts.values().forEach(keys -> header.child(keys.build()));
        XmlElement.Builder encrypted = Omemo2Elements.XML.element("encrypted").child(header.build());
        message.payload()
                .flatMap(Payload::ciphertext)
                .ifPresent(ciphertext -> encrypted.child(Omemo2Elements.XML
                        .element("payload")
                        .text(Base64Text.encode(ciphertext))
                        .build()));
        return encrypted.build();
    }

    private static List<EncryptedKey> keys(XmlElement header) throws MalformedMessageException {
        List<EncryptedKey> keys = new ArrayList<>();
        int count = 0;
        for (XmlElement account : Omemo2Elements.XML.all(header, "keys")) {
            List<XmlElement> listed = Omemo2Elements.XML.all(account, "key");
            count += Math.max(1, listed.size());
            if (count > EncryptedMessage.MAX_KEYS) {
                throw new MalformedMessageException("more than " + EncryptedMessage.MAX_KEYS + " keys");
            }
            Optional<BareJid> recipient = account.attribute("jid").flatMap(Jids::bare);
            if (recipient.isPresent()) {
                for (XmlElement key : listed) {
                    KeyXml.read(key, recipient, KEY_EXCHANGE).ifPresent(keys::add);
                }
            }
        }
        return keys;
    }

    private static Optional<Payload> payload(XmlElement element) throws MalformedMessageException {
        Optional<XmlElement> found = Omemo2Elements.XML.atMostOne(element, "payload");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Bytes ciphertext = Base64Text.decode(found.get().text(), Payload.MAX_BYTES);
        if (ciphertext.size() == 0) {
            throw new MalformedMessageException("an empty payload");
        }
        return Optional.of(new Payload(Bytes.EMPTY, Optional.of(ciphertext)));
    }
}
