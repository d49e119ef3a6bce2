/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;

class OpenElementsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
                "<request xmlns='urn:xmpp:receipts'/>",
                "<received xmlns='urn:xmpp:receipts' id='1'/>",
                "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>"
            })
    void areReceiptsMarkersAndChatStates(String xml) throws Exception {
        assertThat(OpenElements.contain(read(xml))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<thread xmlns='jabber:client'>t</thread>",
                "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>",
                "<reply xmlns='urn:xmpp:reply:0' id='1'/>",
                "<anything xmlns='urn:xmpp:receipts'/>",
                "<request xmlns='urn:xmpp:receipts'>my secret</request>",
                "<markable xmlns='urn:xmpp:chat-markers:0'><reply xmlns='urn:xmpp:reply:0' id='1'/></markable>"
            })
    void areNothingElse(String xml) throws Exception {
        assertThat(OpenElements.contain(read(xml))).isFalse();
    }

    private static XmlElement read(String xml) throws Exception {
        return XmlReader.read(Bytes.of(xml.getBytes(StandardCharsets.UTF_8)), XmlLimits.ofSize(1000));
    }
}
