/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.xml.XmlElement;

/** The {@code <key/>} element, which all versions write alike but for the attribute that marks a key exchange. */
public final class KeyXml {

    private KeyXml() {}

    /**
     * Reads one; nothing if it has no proper device id, for then it cannot be ours.
     *
     * @param recipient the account it is for, where the version says so
     * @param mark the attribute that marks a key exchange
     * @throws MalformedMessageException if its content is too long or not base64
     */
    public static Optional<EncryptedKey> read(XmlElement key, Optional<BareJid> recipient, String mark)
            throws MalformedMessageException {
        Optional<DeviceId> device = key.attribute("rid").flatMap(DeviceId::parse);
        if (device.isEmpty()) {
            return Optional.empty();
        }
        boolean keyExchange =
                key.attribute(mark).map(String::strip).map(KeyXml::isTrue).orElse(false);
        return Optional.of(new EncryptedKey(
                recipient, device.get(), keyExchange, Base64Text.decode(key.text(), EncryptedKey.MAX_BYTES)));
    }

    /**
     * Writes one.  The mark is left out where it is false: a client is known that reads any value of it as true.
     *
     * @param element the element to write into
     * @param mark the attribute that marks a key exchange
     */
    public static XmlElement write(EncryptedKey key, XmlElement.Builder element, String mark) {
        element.attribute("rid", key.device().toString());
        if (key.keyExchange()) {
            element.attribute(mark, "true");
        }
        return element.text(Base64Text.encode(key.content())).build();
    }

    /** xs:boolean. */
    private static boolean isTrue(String value) {
        return value.equals("true") || value.equals("1");
    }
}
