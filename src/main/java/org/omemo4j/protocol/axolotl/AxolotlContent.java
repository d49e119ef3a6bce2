/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;

/** The text of the body, in UTF-8, and nothing else (XEP-0384 0.3.0, "Sending a message"). */
final class AxolotlContent implements ContentCodec {

    private static final String BODY = "body";
    private static final String CLIENT = "jabber:client";

    @Override
    public Coverage coverage() {
        return Coverage.BODY;
    }

    @Override
    public boolean carries(XmlElement element) {
        return element.is(BODY, CLIENT);
    }

    /** Of several bodies in different languages (RFC 6121, section 5.2.3) the first travels; there has to be one. */
    @Override
    public Bytes encode(Envelope envelope, SecureRandom random) {
        String text = envelope.content().stream()
                .filter(this::carries)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("an envelope without <body/>"))
                .text();
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing is compared with the stanza: the text does not say where it belongs. */
    @Override
    public Envelope decode(Bytes plaintext, EnvelopeContext context) throws MalformedMessageException {
        XmlElement body;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(plaintext.toByteArray()))
                    .toString();
            body = XmlElement.builder(BODY, CLIENT).text(text).build();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("a text that is not UTF-8");
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("a text with a character that XML forbids");
        }
        return new Envelope(List.of(body), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }
}
