/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.Fingerprint;

/** The names and the order of the fields are a promise to other programs. */
class JsonEventsTest {
    private static final EntityBareJid ALICE = JidCreate.entityBareFromOrThrowUnchecked("alice@localhost");
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private final CommandRun command = new CommandRun();
    private final JsonEvents events = new JsonEvents(command.terminal().out());

    @Test
    void ready() {
        events.ready(new OwnDevice(new DeviceAddress(ALICE, new DeviceId(27183)), new Fingerprint("ab".repeat(32))));

        assertThat(command.out())
                .isEqualTo("{\"event\":\"ready\",\"jid\":\"alice@localhost\",\"device\":27183,\"fingerprint\":\""
                        + "ab".repeat(32) + "\"}\n");
    }

    @Test
    void anEncryptedMessage() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "say \"hi\"\n\u00e4",
                Optional.of(new ChatEvents.Protection(31415, "urn:xmpp:omemo:2")),
                Optional.of("m1"),
                false,
                false));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"message\",\"from\":\"bob@localhost\",\"body\":\"say \\\"hi\\\"\\n\u00e4\",\"device\":31415,"
                                + "\"version\":\"urn:xmpp:omemo:2\",\"encrypted\":true,\"id\":\"m1\",\"delayed\":false,\"carbon\":false}\n");
    }

    @Test
    void aMessageInClearHasTheSameFields() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB, Optional.empty(), "hi", Optional.empty(), Optional.empty(), true, false));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"message\",\"from\":\"bob@localhost\",\"body\":\"hi\",\"device\":null,\"version\":null,"
                                + "\"encrypted\":false,\"id\":null,\"delayed\":true,\"carbon\":false}\n");
    }

    @Test
    void whatAnotherClientOfOursHasSentNamesItsRecipientToo() {
        events.message(new ChatEvents.ReceivedMessage(
                ALICE,
                Optional.of(BOB),
                "hi",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2")),
                Optional.of("m2"),
                false,
                true));

        assertThat(command.out())
                .startsWith(
                        "{\"event\":\"message\",\"from\":\"alice@localhost\",\"to\":\"bob@localhost\",\"body\":\"hi\"")
                .endsWith("\"carbon\":true}\n");
    }

    @Test
    void sentUndecryptableAndError() {
        events.sent("m3", BOB, 2);
        events.undecryptable(BOB, Optional.of(31415), "no-session");
        events.undecryptable(BOB, Optional.empty(), "malformed");
        events.error("it \"broke\"");
        events.note("this is for people");

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"sent\",\"id\":\"m3\",\"to\":\"bob@localhost\",\"devices\":2}",
                        "{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"device\":31415,\"reason\":\"no-session\"}",
                        "{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"device\":null,\"reason\":\"malformed\"}",
                        "{\"event\":\"error\",\"message\":\"it \\\"broke\\\"\"}");
    }
}
