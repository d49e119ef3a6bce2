/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

class JsonRequestsTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private final JsonRequests requests = new JsonRequests(Optional.empty());

    @Test
    void readsARequestToEnterARoom() throws Exception {
        assertThat(requests.read("{\"command\":\"join\",\"room\":\"r@conference.localhost\",\"nick\":\"a\"}"))
                .isEqualTo(new ChatRequest.Join(
                        JidCreate.entityBareFrom("r@conference.localhost"), Resourcepart.from("a")));
    }

    @Test
    void readsTheThreeCommands() throws Exception {
        assertThat(requests.read("{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":\"hi\"}"))
                .isEqualTo(new ChatRequest.Send(BOB, "hi"));
        assertThat(requests.read("{\"command\":\"subscribe\",\"to\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.Subscribe(BOB));
        assertThat(requests.read("{\"command\":\"quit\"}")).isEqualTo(new ChatRequest.Quit());
    }

    @Test
    void readsEscapesInAnyOrderOfFieldsAndPassesOverOthers() throws Exception {
        assertThat(
                        requests.read(
                                " { \"x\" : [1, {\"body\": 2}], \"body\" : \"a\\n\\u00e4\\ud83d\\ude00\", \"to\":\"bob@localhost\", \"command\":\"send\" } "))
                .isEqualTo(new ChatRequest.Send(BOB, "a\n\u00e4\ud83d\ude00"));
    }

    @Test
    void thePartnerOfTheCommandLineIsMeantWhereNobodyIsNamed() throws Exception {
        assertThat(new JsonRequests(Optional.of(BOB)).read("{\"command\":\"send\",\"body\":\"hi\"}"))
                .isEqualTo(new ChatRequest.Send(BOB, "hi"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "{",
                "[]",
                "null",
                "\"send\"",
                "{}",
                "{\"command\":\"dance\"}",
                "{\"command\":1}",
                "{\"command\":\"send\"}",
                "{\"command\":\"join\",\"room\":\"r@conference.localhost\"}",
                "{\"command\":\"join\",\"nick\":\"a\"}",
                "{\"command\":\"join\",\"room\":\"r\",\"nick\":\"a\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":\"\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":7}",
                "{\"command\":\"send\",\"body\":\"hi\"}",
                "{\"command\":\"send\",\"to\":\"bob\",\"body\":\"hi\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost/desk\",\"body\":\"hi\"}",
                "{\"command\":\"quit\",\"command\":\"send\"}",
                "{\"command\":\"quit\"} {\"command\":\"quit\"}",
                "{'command':'quit'}"
            })
    void anythingElseIsMalformed(String line) {
        assertThatThrownBy(() -> requests.read(line)).isInstanceOf(ChatRequest.Malformed.class);
    }

    @Test
    void deepNestingIsMalformedAndNoMore() {
        assertThatThrownBy(() -> requests.read("{\"x\":" + "[".repeat(100_000)))
                .isInstanceOf(ChatRequest.Malformed.class);
    }
}
