/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.smack.DeviceListEvent.Change;

/** What servers say about device lists, well-formed and not. */
class DeviceListEventTest {
    private static final String NODE = "urn:xmpp:omemo:2:devices";
    private static final String LIST = "<devices xmlns='urn:xmpp:omemo:2'><device id='7'/></devices>";

    @BeforeAll
    static void install() {
        OmemoManager.install();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a list | <items node='NODE'><item id='current'>LIST</item></items> | PUBLISHED",
                "a list under another id | <items node='NODE'><item id='x'>LIST</item></items> | PUBLISHED",
                "an item without a payload | <items node='NODE'><item id='current'/></items> | ANNOUNCED",
                "no item | <items node='NODE'/> | ANNOUNCED",
                "another payload | <items node='NODE'><item id='current'><other xmlns='urn:example'/></item></items> | MALFORMED",
                "a bundle | <items node='NODE'><item id='current'><bundle xmlns='urn:xmpp:omemo:2'/></item></items> | MALFORMED",
                "a retraction | <items node='NODE'><retract id='current'/></items> | EMPTIED",
                "a purge | <purge node='NODE'/> | EMPTIED",
                "a deletion | <delete node='NODE'/> | EMPTIED"
            })
    void tellsWhatHappened(String what, String event, Change change) throws Exception {
        assertThat(read("bob@example.org", event).orElseThrow().change())
                .as(what)
                .isEqualTo(change);
    }

    @Test
    void c9_ofSeveralListsTheExpectedOneCounts() throws Exception {
        String other = LIST.replace("'7'", "'8'");

        DeviceListEvent event = read(
                        "bob@example.org",
                        "<items node='NODE'><item id='old'>" + other + "</item><item id='current'>LIST</item></items>")
                .orElseThrow();

        assertThat(event.list().orElseThrow().toXml()).isEqualTo(LIST);
    }

    @Test
    void theClientThatHasPublishedItIsNamedWhereTheServerTells() throws Exception {
        assertThat(publisher("publisher='bob@example.org/phone'")).contains("bob@example.org/phone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "publisher=''", "publisher='bob@example.org'", "publisher='@/'"})
    void whatNamesNoClientIsNone(String attribute) throws Exception {
        assertThat(publisher(attribute)).isEmpty();
    }

    private static Optional<String> publisher(String attribute) throws Exception {
        DeviceListEvent event = read(
                        "bob@example.org",
                        "<items node='NODE'><item id='current' " + attribute + ">LIST</item></items>")
                .orElseThrow();
        assertThat(event.list().orElseThrow().toXml()).isEqualTo(LIST);
        return event.publisher().map(Object::toString);
    }

    @ParameterizedTest
    @CsvSource({"urn:xmpp:omemo:2:devices2", "urn:xmpp:omemo:2:device", "urn:xmpp:omemo:2:bundles", "''"})
    void anotherNodeIsNone(String node) throws Exception {
        assertThat(read("bob@example.org", "<items node='" + node + "'><item id='current'>LIST</item></items>"))
                .isEmpty();
    }

    @Test
    void c1_onlyAnAccountSpeaksForItsNodes() throws Exception {
        assertThat(read("bob@example.org/x", "<items node='NODE'><item id='current'>LIST</item></items>"))
                .isEmpty();
    }

    @Test
    void withoutASenderItIsOurOwnList() throws Exception {
        DeviceListEvent event = DeviceListEvent.in(
                        PacketParserUtils.parseStanza(
                                "<message xmlns='jabber:client'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
                                        + "<purge node='" + NODE + "'/></event></message>"),
                        TestClient.jid(TestClient.ALICE),
                        List.of(Omemo2.VERSION))
                .orElseThrow();

        assertThat(event.account().toString()).isEqualTo(TestClient.ALICE);
    }

    private static Optional<DeviceListEvent> read(String from, String event) throws Exception {
        return DeviceListEvent.in(
                PacketParserUtils.parseStanza("<message xmlns='jabber:client' type='headline' from='" + from + "'>"
                        + "<event xmlns='http://jabber.org/protocol/pubsub#event'>"
                        + event.replace("NODE", NODE).replace("LIST", LIST) + "</event></message>"),
                TestClient.jid(TestClient.ALICE),
                List.of(Omemo2.VERSION));
    }
}
