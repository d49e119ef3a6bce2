/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;

class AxolotlContentTest {

    private static final ContentCodec CODEC = Axolotl.VERSION.content();
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@example.org");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@example.com");
    private static final XmlElement RECEIPT =
            XmlElement.builder("request", "urn:xmpp:receipts").build();

    @Test
    void onlyTheTextOfTheBodyIsEncrypted() {
        Bytes plaintext = encode(RECEIPT, body("Grüße <&> "));

        assertThat(plaintext).isEqualTo(utf8("Grüße <&> "));
    }

    @Test
    void theTextComesOutAsOneBodyThatSaysNothingElse() throws Exception {
        Envelope read = decode(utf8("Grüße <&> \n"));

        assertThat(read.content()).containsExactly(body("Grüße <&> \n"));
        assertThat(read.from()).isEmpty();
        assertThat(read.to()).isEmpty();
        assertThat(read.time()).isEmpty();
        assertThat(read.dropped()).isEmpty();
    }

    @Test
    void anEmptyTextIsAnEmptyBody() throws Exception {
        assertThat(decode(Bytes.EMPTY).content()).containsExactly(body(""));
        assertThat(encode(body(""))).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void anEnvelopeWithoutBodyCannotBeWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> encode(RECEIPT));
    }

    @Test
    void saysThatItCarriesNothingButTheBody() {
        assertThat(CODEC.coverage()).isEqualTo(Coverage.BODY);
        assertThat(CODEC.carries(body("hi"))).isTrue();
        assertThat(CODEC.carries(RECEIPT)).isFalse();
        assertThat(CODEC.carries(XmlElement.builder("body", "urn:example").build()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "6101", "0b", "efbfbf", "efbfbe", "ff", "c0af", "eda080", "e282", "f8888080"})
    void whatIsNoTextOfXmlIsRefused(String hex) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> decode(Bytes.ofHex(hex)));
    }

    private static XmlElement body(String text) {
        return XmlElement.builder("body", "jabber:client").text(text).build();
    }

    private static Bytes encode(XmlElement... content) {
        return CODEC.encode(Envelope.of(List.of(content), ALICE, BOB, Instant.EPOCH), new SecureRandom());
    }

    private static Envelope decode(Bytes plaintext) throws Exception {
        return CODEC.decode(plaintext, new EnvelopeContext(ALICE, BOB, true));
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
