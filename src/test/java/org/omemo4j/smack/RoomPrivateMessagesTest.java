/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.chatstates.ChatState;
import org.jivesoftware.smackx.chatstates.packet.ChatStateExtension;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException.Reason;

/** Private messages through a room go to the person. */
class RoomPrivateMessagesTest extends RoomFixture {
    @Test
    void aPrivateMessageThroughARoomThatWeAreNotInYetOrAnyMoreIsRefused() throws Exception {
        try (TestClient alice = started()) {
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.PREFERRED);
            Message unmarked = StanzaBuilder.buildMessage("p1")
                    .to(TestRoom.JID + "/nick")
                    .ofType(Message.Type.chat)
                    .setBody("SECRET")
                    .build();
            TestRoom room = new TestRoom(alice, world);
            room.ask();

            assertRefused(alice, unmarked, Reason.THROUGH_ROOM);
            room.letIn();
            room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "none", "110"));
            assertRefused(alice, unmarked, Reason.THROUGH_ROOM);
            assertNoSecret(alice);
        }
    }

    @Test
    void aPrivateMessageGoesToThePersonAndNotThroughTheRoom() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            BlockingQueue<IQ> asked = silentFor(alice, BOB);
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));

            alice.connection.sendStanza(toNick("p1").build()); // waits for the keys
            answered(alice, asked);
            Message first = alice.sentBesideThePlaceholder();
            assertThat(nextSent().devices()).containsExactly(bob);
            alice.connection.sendStanza(toNick("p2").build()); // at once
            Message second = alice.sent();

            for (Message message : List.of(first, second)) {
                assertThat(message.getTo().toString()).isEqualTo(BOB);
                assertThat(message.getType()).isEqualTo(Message.Type.chat);
                assertThat(TestClient.names(message)).contains("encrypted").doesNotContain("x", "body");
            }
            assertThat((Object) nextSent().to()).isEqualTo(TestClient.jid(BOB));
        }
    }

    @Test
    void aPrivateMessageToNobodyKnownFails() throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();

            assertRefused(alice, toNick("p1").build(), Reason.THROUGH_ROOM);
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            room.anonymous().says(TestRoom.message("", "173"));
            assertRefused(alice, toNick("p2").build(), Reason.THROUGH_ROOM);
        }
    }

    @Test
    void aPrivateMessageNeverLeavesInClearWhereMessagesToThePersonMay() throws Exception {
        try (TestClient alice = started()) {
            BlockingQueue<IQ> asked = silentFor(alice, BOB);
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.PREFERRED);

            alice.connection.sendStanza(toNick("p1").build()); // Bob has no devices
            answered(alice, asked);
            assertThat(alice.nextHeard()).isEqualTo("failed p1 POLICY");
            assertRefused(alice, toNick("p2").build(), Reason.THROUGH_ROOM);
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF); // and the room is REQUIRED
            assertRefused(alice, toNick("p3").build(), Reason.THROUGH_ROOM);
            assertNoSecret(alice);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EncryptionPolicy.class,
            names = {"OFF"})
    void aPrivateMessageIsLeftAloneByThePolicyOfTheRoom(EncryptionPolicy off) throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            alice.omemo.setPolicy(TestRoom.JID, off);

            alice.connection.sendStanza(toNick("p1").build());

            Message message = alice.sent();
            assertThat(message.getTo().toString()).isEqualTo(TestRoom.JID + "/nick");
            assertThat(message.getBody()).isEqualTo("SECRET");
        }
    }

    @Test
    void aChatStateOfAPrivateMessageDoesNotLeaveInClearEither() throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));

            alice.connection.sendStanza(StanzaBuilder.buildMessage("c")
                    .to(TestRoom.JID + "/nick")
                    .ofType(Message.Type.chat)
                    .addExtension(new ChatStateExtension(ChatState.composing))
                    .addExtension(new MUCUser())
                    .build());

            assertThat(TestClient.names(alice.sent())).contains("placeholder").doesNotContain("composing");
        }
    }

    private static MessageBuilder toNick(String id) throws Exception {
        return StanzaBuilder.buildMessage(id)
                .to(TestRoom.JID + "/nick")
                .ofType(Message.Type.chat)
                .setBody("SECRET")
                .addExtension(new MUCUser());
    }

    /** @return what this account's server is asked, to be answered later. */
    private static BlockingQueue<IQ> silentFor(TestClient alice, String jid) {
        BlockingQueue<IQ> asked = new LinkedBlockingQueue<>();
        alice.connection.answerNothingTo(request -> isFor(jid, request) && asked.add(request));
        return asked;
    }
}
