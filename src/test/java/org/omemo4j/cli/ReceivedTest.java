/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.delay.packet.DelayInformation;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.ReadMessages;
import org.omemo4j.trust.TrustLevel;

/** Who is told as the author of a message, and where it was written. */
class ReceivedTest {
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@localhost");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@localhost");
    private static final BareJid ROOM = JidCreate.bareFromOrThrowUnchecked("r@conference.localhost");
    /** Bob is there as b; the room does not tell who ghost is. */
    private static final Received.Occupants ROOMS = new Received.Occupants() {
        @Override
        public boolean contains(BareJid jid) {
            return jid.equals(ROOM);
        }

        @Override
        public Optional<BareJid> realJid(Jid occupant) {
            return occupant.getResourceOrEmpty().toString().equals("b") ? Optional.of(BOB) : Optional.empty();
        }
    };

    private static final DeviceAddress DEVICE = new DeviceAddress(BOB, new DeviceId(7));

    @Test
    void whatWasReadBeforeIsRepeated() {
        assertThat(Received.directly(encrypted(BOB + "/x", true), ALICE, ROOMS).repeated())
                .isTrue();
        assertThat(Received.inRoom(encrypted(ROOM + "/b", true), JidCreate.fromOrThrowUnchecked(ROOM + "/b"), ROOMS)
                        .repeated())
                .isTrue();
        assertThat(Received.directly(encrypted(BOB + "/x", false), ALICE, ROOMS).repeated())
                .isFalse();
        assertThat(Received.directly(clear(BOB + "/x"), ALICE, ROOMS).repeated())
                .isFalse();
    }

    @Test
    void whatTheKeyWasWorthComesWithTheMessage() {
        assertThat(Received.directly(encrypted(BOB + "/x", false), ALICE, ROOMS).encryption())
                .contains(new ChatEvents.Protection(7, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED));
        assertThat(Received.directly(clear(BOB + "/x"), ALICE, ROOMS).encryption())
                .isEmpty();
    }

    @Test
    void aPrivateMessageThroughARoomIsOfItsRealAuthor() {
        ChatEvents.ReceivedMessage message = Received.directly(encrypted(ROOM + "/b", false), ALICE, ROOMS);

        assertThat((Object) message.from()).isEqualTo(BOB);
        assertThat(message.place()).contains(new ChatEvents.Place(ROOM, "b", true));
        assertThat(Received.asCarbon(encrypted(ROOM + "/b", false), ALICE, ROOMS)
                        .place())
                .contains(new ChatEvents.Place(ROOM, "b", true));
    }

    @Test
    void aMessageInClearIsOfWhomTheRoomTells() {
        ChatEvents.ReceivedMessage toAll = inRoom(clear(ROOM + "/b"));
        ChatEvents.ReceivedMessage toUs = Received.directly(clear(ROOM + "/b"), ALICE, ROOMS);

        assertThat((Object) toAll.from()).isEqualTo(BOB);
        assertThat(toAll.encryption()).isEmpty();
        assertThat((Object) toUs.from()).isEqualTo(BOB);
        assertThat(toUs.place()).contains(new ChatEvents.Place(ROOM, "b", true));
    }

    @Test
    void whereTheRoomDoesNotTellItIsOfTheOccupant() {
        Message kept = clear(ROOM + "/b");
        kept.addExtension(new DelayInformation(Date.from(Instant.EPOCH))); // somebody else may have had the nick

        assertThat(inRoom(clear(ROOM + "/ghost")).from().toString()).isEqualTo(ROOM + "/ghost");
        assertThat(inRoom(kept).from().toString()).isEqualTo(ROOM + "/b");
        assertThat(Received.directly(clear(ROOM + "/ghost"), ALICE, ROOMS)
                        .from()
                        .toString())
                .isEqualTo(ROOM + "/ghost");
    }

    @Test
    void aMessageInARoomIsForEverybody() {
        ChatEvents.ReceivedMessage message =
                Received.inRoom(encrypted(ROOM + "/b", false), JidCreate.fromOrThrowUnchecked(ROOM + "/b"), ROOMS);

        assertThat((Object) message.from()).isEqualTo(BOB);
        assertThat(message.place()).contains(new ChatEvents.Place(ROOM, "b", false));
    }

    @Test
    void anyOtherMessageIsInNoRoom() {
        assertThat(Received.directly(clear(BOB + "/x"), ALICE, ROOMS).place()).isEqualTo(Optional.empty());
    }

    private static ChatEvents.ReceivedMessage inRoom(Message message) {
        return Received.inRoom(message, message.getFrom(), ROOMS);
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
