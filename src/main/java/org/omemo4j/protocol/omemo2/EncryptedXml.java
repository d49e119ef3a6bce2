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
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;

/** The message (XEP-0384 0.9.1, "Sending a message"). */
final class EncryptedXml {

    private EncryptedXml() {}

    static EncryptedMessage read(XmlElement element) throws MalformedMessageException {
        XmlElement header = Omemo2Elements.only(element, "header");
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
                            recipient, jid -> Omemo2Elements.element("keys").attribute("jid", jid.toString()))
                    .child(write(key));
        }
        XmlElement.Builder header = Omemo2Elements.element("header")
                .attribute("sid", message.sender().toString());
        accounts.values().forEach(keys -> header.child(keys.build()));
        XmlElement.Builder encrypted = Omemo2Elements.element("encrypted").child(header.build());
        message.payload()
                .flatMap(Payload::ciphertext)
                .ifPresent(ciphertext -> encrypted.child(Omemo2Elements.element("payload")
                        .text(Base64Text.encode(ciphertext))
                        .build()));
        return encrypted.build();
    }

    /** The attribute is left out where it is false: a client is known that reads any value of it as true. */
    private static XmlElement write(EncryptedKey key) {
        XmlElement.Builder element =
                Omemo2Elements.element("key").attribute("rid", key.device().toString());
        if (key.keyExchange()) {
            element.attribute("kex", "true");
        }
        return element.text(Base64Text.encode(key.content())).build();
    }

    private static List<EncryptedKey> keys(XmlElement header) throws MalformedMessageException {
        List<EncryptedKey> keys = new ArrayList<>();
        int count = 0;
        for (XmlElement account : header.children("keys", Omemo2.NAMESPACE)) {
            List<XmlElement> listed = account.children("key", Omemo2.NAMESPACE);
            count += Math.max(1, listed.size());
            if (count > EncryptedMessage.MAX_KEYS) {
                throw new MalformedMessageException("more than " + EncryptedMessage.MAX_KEYS + " keys");
            }
            Optional<BareJid> recipient = account.attribute("jid").flatMap(Jids::bare);
            if (recipient.isPresent()) {
                for (XmlElement key : listed) {
                    read(key, recipient).ifPresent(keys::add);
                }
            }
        }
        return keys;
    }

    private static Optional<EncryptedKey> read(XmlElement key, Optional<BareJid> recipient)
            throws MalformedMessageException {
        Optional<DeviceId> device = key.attribute("rid").flatMap(DeviceId::parse);
        if (device.isEmpty()) {
            return Optional.empty();
        }
        boolean keyExchange = key.attribute("kex")
                .map(String::strip)
                .map(EncryptedXml::isTrue)
                .orElse(false);
        Bytes content = Base64Text.decode(key.text(), EncryptedKey.MAX_BYTES);
        return Optional.of(new EncryptedKey(recipient, device.get(), keyExchange, content));
    }

    /** xs:boolean. */
    private static boolean isTrue(String value) {
        return value.equals("true") || value.equals("1");
    }

    private static Optional<Payload> payload(XmlElement element) throws MalformedMessageException {
        if (element.child("payload", Omemo2.NAMESPACE).isEmpty()) {
            return Optional.empty();
        }
        Bytes ciphertext =
                Base64Text.decode(Omemo2Elements.only(element, "payload").text(), Payload.MAX_BYTES);
        if (ciphertext.size() == 0) {
            throw new MalformedMessageException("an empty payload");
        }
        return Optional.of(new Payload(Bytes.EMPTY, Optional.of(ciphertext)));
    }
}
