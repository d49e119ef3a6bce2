/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.KeyXml;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * The message (XEP-0384 0.3.0, "Sending a message" and "Sending a key").  A key names a device and no account, so that in a room
 * two of them can seem to be for us.
 */
final class EncryptedXml {

    /** The attribute that marks a key exchange. */
    private static final String KEY_EXCHANGE = "prekey";

    private EncryptedXml() {}

    static EncryptedMessage read(XmlElement element) throws MalformedMessageException {
        XmlElement header = AxolotlElements.XML.only(element, "header");
        DeviceId sender = header.attribute("sid")
                .flatMap(DeviceId::parse)
                .orElseThrow(() -> new MalformedMessageException("no proper sender id"));
        return new EncryptedMessage(sender, keys(header), payload(element, header));
    }

    static XmlElement write(EncryptedMessage message) {
        XmlElement.Builder header = AxolotlElements.XML
                .element("header")
                .attribute("sid", message.sender().toString());
        for (EncryptedKey key : message.keys()) {
            header.child(KeyXml.write(key, AxolotlElements.XML.element("key"), KEY_EXCHANGE));
        }
        message.payload().ifPresent(payload -> header.child(text("iv", payload.iv())));
        XmlElement.Builder encrypted = AxolotlElements.XML.element("encrypted").child(header.build());
        message.payload()
                .flatMap(Payload::ciphertext)
                .ifPresent(ciphertext -> encrypted.child(text("payload", ciphertext)));
        return encrypted.build();
    }

    private static List<EncryptedKey> keys(XmlElement header) throws MalformedMessageException {
        List<XmlElement> listed = AxolotlElements.XML.all(header, "key");
        if (listed.size() > EncryptedMessage.MAX_KEYS) {
            throw new MalformedMessageException("more than " + EncryptedMessage.MAX_KEYS + " keys");
        }
        List<EncryptedKey> keys = new ArrayList<>(listed.size());
        for (XmlElement key : listed) {
            KeyXml.read(key, Optional.empty(), KEY_EXCHANGE).ifPresent(keys::add);
        }
        return keys;
    }

    /** The ciphertext has the length of the text, so that of an empty text is empty.  Without one the initialisation vector serves nothing. */
    private static Optional<Payload> payload(XmlElement element, XmlElement header) throws MalformedMessageException {
        Optional<XmlElement> payload = AxolotlElements.XML.atMostOne(element, "payload");
        Optional<XmlElement> iv = AxolotlElements.XML.atMostOne(header, "iv");
        if (iv.isEmpty()) {
            if (payload.isPresent()) {
                throw new MalformedMessageException("a payload without <iv/>");
            }
            return Optional.empty();
        }
        Bytes vector = Base64Text.decode(iv.get().text(), AxolotlPayloadCipher.LONG_IV_SIZE);
        if (!AxolotlPayloadCipher.isIv(vector)) {
            throw new MalformedMessageException("an <iv/> that has neither 12 nor 16 bytes");
        }
        Optional<Bytes> ciphertext = payload.isPresent()
                ? Optional.of(Base64Text.decode(payload.get().text(), Payload.MAX_BYTES))
                : Optional.empty();
        return Optional.of(new Payload(vector, ciphertext));
    }

    private static XmlElement text(String name, Bytes bytes) {
        return AxolotlElements.XML.element(name).text(Base64Text.encode(bytes)).build();
    }
}
