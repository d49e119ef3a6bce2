/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.ReadMessages;

/** Who is told as the author of a message, and where it was written. */
class ReceivedTest {
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@localhost");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@localhost");
    private static final BareJid ROOM = JidCreate.bareFromOrThrowUnchecked("r@conference.localhost");
    private static final DeviceAddress DEVICE = new DeviceAddress(BOB, new DeviceId(7));

    @Test
    void whatWasReadBeforeIsRepeated() {
        assertThat(Received.directly(encrypted(BOB + "/x", true), ALICE, ROOM::equals)
                        .repeated())
                .isTrue();
        assertThat(Received.inRoom(encrypted(ROOM + "/b", true), JidCreate.fromOrThrowUnchecked(ROOM + "/b"))
                        .repeated())
                .isTrue();
        assertThat(Received.directly(encrypted(BOB + "/x", false), ALICE, ROOM::equals)
                        .repeated())
                .isFalse();
        assertThat(Received.directly(clear(BOB + "/x"), ALICE, ROOM::equals).repeated())
                .isFalse();
    }

    @Test
    void aPrivateMessageThroughARoomIsOfItsRealAuthor() {
        ChatEvents.ReceivedMessage message = Received.directly(encrypted(ROOM + "/b", false), ALICE, ROOM::equals);

        assertThat((Object) message.from()).isEqualTo(BOB);
        assertThat(message.place()).contains(new ChatEvents.Place(ROOM, "b", true));
        assertThat(Received.asCarbon(encrypted(ROOM + "/b", false), ALICE, ROOM::equals)
                        .place())
                .contains(new ChatEvents.Place(ROOM, "b", true));
    }

    @Test
    void aPrivateMessageInClearIsOfTheRoom() {
        ChatEvents.ReceivedMessage message = Received.directly(clear(ROOM + "/b"), ALICE, ROOM::equals);

        assertThat((Object) message.from()).isEqualTo(ROOM);
        assertThat(message.place()).contains(new ChatEvents.Place(ROOM, "b", true));
    }

    @Test
    void aMessageInARoomIsForEverybody() {
        ChatEvents.ReceivedMessage message =
                Received.inRoom(encrypted(ROOM + "/b", false), JidCreate.fromOrThrowUnchecked(ROOM + "/b"));

        assertThat((Object) message.from()).isEqualTo(BOB);
        assertThat(message.place()).contains(new ChatEvents.Place(ROOM, "b", false));
    }

    @Test
    void anyOtherMessageIsInNoRoom() {
        assertThat(Received.directly(clear(BOB + "/x"), ALICE, ROOM::equals).place())
                .isEqualTo(Optional.empty());
    }

    private static Message clear(String from) {
        return StanzaBuilder.buildMessage("m1")
                .from(JidCreate.fromOrThrowUnchecked(from))
                .to(ALICE)
                .setBody("hi")
                .build();
    }

    private static Message encrypted(String from, boolean repeated) {
        return ReadMessages.read(clear(from), DEVICE, repeated);
    }
}
