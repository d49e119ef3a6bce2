/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.Decryption.KeyTransport;
import org.omemo4j.engine.Decryption.NotForThisDevice;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.VectorDevice;
import org.omemo4j.testkit.Vectors;

/** Stanzas of the legacy namespace as other clients write them, and as nobody should. */
class LegacyStanzasTest {
    private final JsonNode file =
            Vectors.files("generated/legacy/first_message.json").get(0).json();
    private final JsonNode message = file.at("/events/0/message");
    private final String xml = text(message, "encrypted_xml");
    private final DeviceAddress alice = VectorDevice.address(file.at("/parties/alice"));
    private final VectorDevice bob = new VectorDevice(file.at("/parties/bob"), Axolotl.VERSION);

    @Test
    void aKeyExchangeWithoutItsMarkReads() throws Exception {
        assertReads(xml.replace(" prekey=\"true\"", ""));
    }

    @Test
    void theInitialisationVectorMayStandBeforeTheKeys() throws Exception {
        String iv = xml.substring(xml.indexOf("<iv>"), xml.indexOf("</header>"));

        assertReads(xml.replace(iv, "").replace("<key ", iv + "<key "));
    }

    @Test
    void ofKeysWithOneIdOursIsFound() throws Exception {
        assertReads(xml.replace("<key ", otherKeys(7) + "<key "));
    }

    @Test
    void aNinthKeyWithOurIdIsNotTried() throws Exception {
        StoreDump before = StoreDump.of(bob.store(), alice.jid());

        Outcomes.assertRefused(decrypt(xml.replace("<key ", otherKeys(8) + "<key ")), Reason.UNKNOWN_DEVICE);

        assertThat(StoreDump.of(bob.store(), alice.jid())).isEqualTo(before);
        assertReads(xml);
    }

    @Test
    void aMessageWithoutKeysIsNotForThisDevice() throws Exception {
        assertThat(decrypt(xml.replaceAll("<key .*</key>", ""))).isInstanceOf(NotForThisDevice.class);
    }

    @Test
    void aKeyExchangeWithoutPayloadBeginsASessionAndShowsNothing() throws Exception {
        JsonNode empty =
                Vectors.files("generated/legacy/empty_messages.json").get(0).json();
        VectorDevice reader = new VectorDevice(empty.at("/parties/bob"), Axolotl.VERSION);
        DeviceAddress writer = VectorDevice.address(empty.at("/parties/alice"));

        assertThat(reader.decrypt(writer, read(text(empty.at("/events/0/message"), "encrypted_xml"))))
                .isInstanceOf(KeyTransport.class);
        assertThat(reader.store().sessions(writer, Axolotl.NAMESPACE)).hasSize(1);
    }

    /** The payload's key goes along without its tag, as in a key transport element, and yet there is a payload. */
    @Test
    void aPayloadBesideAKeyWithoutTagIsRefused() throws Exception {
        JsonNode empty =
                Vectors.files("generated/legacy/empty_messages.json").get(0).json();
        VectorDevice reader = new VectorDevice(empty.at("/parties/bob"), Axolotl.VERSION);
        DeviceAddress writer = VectorDevice.address(empty.at("/parties/alice"));
        String withPayload = text(empty.at("/events/0/message"), "encrypted_xml")
                .replace("</header>", "</header><payload>" + "A".repeat(32) + "</payload>");

        Outcomes.assertRefused(reader.decrypt(writer, read(withPayload)), Reason.MALFORMED);

        assertThat(reader.store().sessions(writer, Axolotl.NAMESPACE)).isEmpty();
    }

    /** Ordinary messages of somebody else's session with a device of the same id. */
    private String otherKeys(int count) {
        JsonNode other = Vectors.files("generated/legacy/ping_pong.json").get(0).json();
        for (JsonNode event : other.get("events")) {
            if (event.has("message") && !event.at("/message/is_key_exchange").asBoolean()) {
                String wire = Base64Text.encode(Vectors.bytes(event.get("message"), "wire"));
                return ("<key rid=\"" + bob.address().device() + "\">" + wire + "</key>").repeat(count);
            }
        }
        throw new IllegalStateException("no ordinary message");
    }

    private void assertReads(String stanza) throws MalformedMessageException {
        assertThat(((Decrypted) decrypt(stanza)).content().get(0).text()).isEqualTo(text(message, "plaintext"));
    }

    private Decryption decrypt(String stanza) throws MalformedMessageException {
        return bob.decrypt(alice, read(stanza));
    }

    private static XmlElement read(String stanza) throws MalformedMessageException {
        return XmlReader.read(Bytes.of(stanza.getBytes(StandardCharsets.UTF_8)), Elements.LIMITS);
    }
}
