/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smack.xml.XmlPullParserException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.smack.element.RawElement;

/** On Smack 4.4 a provider that throws closes the connection. So whatever a peer sends must come through as an element. */
class RawElementProviderTest {
    private static final String NAMESPACE = "urn:xmpp:omemo:2";

    @BeforeAll
    static void install() {
        OmemoManager.install();
    }

    @Test
    void readsTheWholeTree() throws Exception {
        String encrypted = "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'><keys jid='a@b'><key rid='2'>AA==</key>"
                + "</keys></header><payload>BB&amp;BB</payload></encrypted>";

        RawElement element = read(encrypted).get(0);

        assertThat(element.xml().orElseThrow().toXml()).isEqualTo(encrypted);
    }

    @Test
    void keepsNothingOf20000NestedElements() throws Exception {
        String nested = "<x>".repeat(20_000) + "</x>".repeat(20_000);

        assertInvalidAndTheNextOneReads("<encrypted xmlns='urn:xmpp:omemo:2'>" + nested + "</encrypted>");
    }

    @Test
    void keepsNothingOfTwoMegabytesOfText() throws Exception {
        assertInvalidAndTheNextOneReads(
                "<encrypted xmlns='urn:xmpp:omemo:2'><payload>" + "A".repeat(2_000_000) + "</payload></encrypted>");
    }

    @Test
    void d5_keepsNothingOfABundleAbove512KiB() throws Exception {
        String bundle = "<bundle xmlns='urn:xmpp:omemo:2'><ik>%s</ik></bundle>";

        assertThat(read(bundle.formatted("A".repeat(512 * 1024))).get(0).xml()).isPresent();
        assertThat(read(bundle.formatted("A".repeat(512 * 1024 + 1))).get(0).xml())
                .isEmpty();
        assertThat(read("<bundle xmlns='eu.siacs.conversations.axolotl'>" + "A".repeat(600_000) + "</bundle>")
                        .get(0)
                        .xml())
                .isEmpty();
        assertThat(read("<encrypted xmlns='urn:xmpp:omemo:2'>" + "A".repeat(600_000) + "</encrypted>")
                        .get(0)
                        .xml())
                .isPresent();
    }

    @Test
    void keepsNothingOfAHundredThousandChildren() throws Exception {
        assertInvalidAndTheNextOneReads(
                "<encrypted xmlns='urn:xmpp:omemo:2'>" + "<x/>".repeat(100_000) + "</encrypted>");
    }

    @Test
    void keepsNothingOfAThousandAttributes() throws Exception {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            attributes.append(" a").append(i).append("='1'");
        }

        assertInvalidAndTheNextOneReads("<encrypted xmlns='urn:xmpp:omemo:2'" + attributes + "/>");
    }

    @Test
    void readsADeviceListOfTenThousandEntries() throws Exception {
        StringBuilder list = new StringBuilder("<devices xmlns='urn:xmpp:omemo:2'>");
        for (int i = 1; i <= 10_000; i++) {
            list.append("<device id='").append(i).append("'/>");
        }

        RawElement element = read(list + "</devices>").get(0);

        assertThat(element.xml().orElseThrow().elements()).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<encrypted xmlns='urn:xmpp:omemo:2'/>",
                "<bundle xmlns='urn:xmpp:omemo:2'><what/>text<what/></bundle>"
            })
    void leavesTheMeaningToOthers(String odd) throws Exception {
        assertThat(read(odd).get(0).isInvalid()).isFalse();
    }

    @Test
    void ofATruncatedStreamOnlyTheParserComplains() {
        assertThatThrownBy(() -> PacketParserUtils.parseStanza(
                        "<message xmlns='jabber:client'><encrypted xmlns='urn:xmpp:omemo:2'><header>"))
                .isInstanceOf(XmlPullParserException.class);
    }

    private static void assertInvalidAndTheNextOneReads(String xml) throws Exception {
        List<RawElement> elements = read(xml + "<devices xmlns='urn:xmpp:omemo:2'/>");

        assertThat(elements.get(0).isInvalid()).isTrue();
        assertThat(elements.get(0).getNamespace()).isEqualTo(NAMESPACE);
        assertThat(elements.get(1).isInvalid()).isFalse();
    }

    private static List<RawElement> read(String children) throws Exception {
        Message message = PacketParserUtils.parseStanza(
                "<message xmlns='jabber:client' from='bob@localhost'>" + children + "<body>after</body></message>");
        assertThat(message.getBody()).isEqualTo("after");
        return message.getExtensions().stream()
                .filter(RawElement.class::isInstance)
                .map(RawElement.class::cast)
                .toList();
    }
}
