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

/** What a person types and sees. */
class PlainChatTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final EntityBareJid CAROL = JidCreate.entityBareFromOrThrowUnchecked("carol@localhost");
    private final CommandRun command = new CommandRun();
    private final PlainEvents events = new PlainEvents(command.terminal().out());

    @Test
    void aLineIsAMessageToTheCurrentPartner() throws Exception {
        PlainRequests requests = new PlainRequests(Optional.of(BOB));

        assertThat(requests.read("hi there")).isEqualTo(new ChatRequest.Send(BOB, "hi there"));
        assertThat(requests.read("/to carol@localhost")).isEqualTo(new ChatRequest.Nothing());
        assertThat(requests.read("//quit")).isEqualTo(new ChatRequest.Send(CAROL, "/quit"));
        assertThat(requests.read("  ")).isEqualTo(new ChatRequest.Nothing());
        assertThat(requests.read("/subscribe bob@localhost")).isEqualTo(new ChatRequest.Subscribe(BOB));
        assertThat(requests.read("/help")).isEqualTo(new ChatRequest.Help());
        assertThat(requests.read("/quit")).isEqualTo(new ChatRequest.Quit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "/to", "/to bob", "/to a@b c@d", "/subscribe", "/dance"})
    void aLineThatAsksForNothingPossibleIsMalformed(String line) {
        assertThatThrownBy(() -> new PlainRequests(Optional.empty()).read(line))
                .isInstanceOf(ChatRequest.Malformed.class);
    }

    @Test
    void aMessageInClearIsMarked() {
        events.message(message("hi", Optional.empty()));

        assertThat(command.out()).contains("bob@localhost [NOT ENCRYPTED]: hi");
    }

    @Test
    void aRepeatedOrPrivateMessageIsMarked() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "hi",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2")),
                Optional.of("m1"),
                true,
                false,
                true,
                Optional.of(new ChatEvents.Place(CAROL, "b", true))));

        assertThat(command.out())
                .contains("bob@localhost privately in carol@localhost [sent earlier] [seen before]: hi");
    }

    @Test
    void aMessageCannotSteerTheTerminal() {
        events.message(message(
                "\u001b[2Jhi\u0007\r\u009b1m \u202etxt",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2"))));

        assertThat(command.out().strip()).endsWith("bob@localhost: ?[2Jhi?\n?1m ?txt");
        assertThat(command.out()).doesNotContain("\u001b", "\u0007", "\u009b", "\u202e");
    }

    @Test
    void reasonsAreWords() {
        assertThat(ChatOutcomes.word(org.omemo4j.engine.Decryption.Reason.IDENTITY_KEY_CHANGED))
                .isEqualTo("identity-key-changed");
    }

    private static ChatEvents.ReceivedMessage message(String body, Optional<ChatEvents.Protection> protection) {
        return new ChatEvents.ReceivedMessage(
                BOB, Optional.empty(), body, protection, Optional.of("m1"), false, false, false, Optional.empty());
    }
}
