/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Collectors;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;

/** Sending in rooms of a real server: for whom, and what is refused. */
@OnServer
class RoomIT {
    @Test
    void membersReadThereOrNotAndNobodySeesClearText(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        Client carol = world.person("carol");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        room.member(alice, carol.account());
        room.enter(bob);

        room.says(alice, "the first of many");
        room.says(alice, "and the second");

        SentMessage first = sent(alice, room, 0);
        assertThat(first.devices()).containsExactlyInAnyOrder(device(bob), device(carol));
        assertThat(first.members()).isEmpty();
        assertThat(sent(alice, room, 1).devices()).hasSize(2);
        bob.wire()
                .await(
                        "both messages in the room",
                        line -> line.xml().contains(sent(alice, room, 1).stanzaId()));
        for (Client client : new Client[] {alice, bob, carol}) {
            assertThat(client.wire().raw()).doesNotContain("first of many", "and the second");
        }
        assertThat(world.files().holding("the first of many")).isEmpty();
    }

    @Test
    void aNewMemberGetsAKeyAndAnOutcastNone(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        Client carol = world.person("carol");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        room.enter(bob);
        room.says(alice, "for bob");
        assertThat(sent(alice, room, 0).devices()).containsExactly(device(bob));

        room.member(alice, carol.account());
        awaitMembers(alice, room, alice, bob, carol);
        room.says(alice, "for bob and carol");
        assertThat(sent(alice, room, 1).devices()).containsExactlyInAnyOrder(device(bob), device(carol));

        room.ban(alice, bob.account());
        awaitMembers(alice, room, alice, carol);
        room.says(alice, "for carol only");
        assertThat(sent(alice, room, 2).devices()).containsExactly(device(carol));
    }

    @Test
    void aMemberWhoIsNoAdministratorKnowsTheOthersToo(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        Client carol = world.person("carol");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        room.member(alice, carol.account());
        room.enter(bob);

        room.says(bob, "to all of you");

        assertThat(sent(bob, room, 0).devices()).contains(device(alice), device(carol));
    }

    @Test
    void anAnonymousRoomIsRefusedAndSoIsOneThatBecomesAnonymous(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        room.says(alice, "while it is open");
        sent(alice, room, 0);

        room.configure(alice, "muc#roomconfig_whois", "moderators");

        Await.until(
                () -> "the room to be known as anonymous\n" + alice.story(),
                () -> readers(alice, room).state() == RoomReaders.State.ANONYMOUS);
        assertThatThrownBy(() -> room.says(alice, "not in clear"))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ROOM_ANONYMOUS));
        assertThat(alice.wire().raw()).doesNotContain("not in clear");
    }

    @Test
    void aPrivateMessageGoesToThePersonEncrypted(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        room.enter(bob);
        Await.until(
                () -> "bob in the room\n" + alice.story(),
                () -> room.seenBy(alice).getOccupantsCount() == 2);

        Smack.run(() -> room.seenBy(alice)
                .createPrivateChat(JidCreate.entityFullFrom(room.jid(), ChatRoom.nick(bob)), (chat, message) -> {})
                .sendMessage("between us"));

        Message message = bob.reads(alice, "between us");
        assertThat(message.getFrom().asBareJid().toString())
                .isEqualTo(alice.jid().toString());
        assertThat(alice.wire().raw()).doesNotContain("between us");
    }

    @Test
    void aMemberOnAServerThatHangsHoldsUpNobodyAndIsNamed(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        BareJid silent = JidCreate.bareFromOrThrowUnchecked(
                World.unique("x") + "@" + world.server().silentDomain());
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        Smack.run(() -> room.seenBy(alice).grantMembership(silent));
        Await.until(
                () -> "the silent member\n" + alice.story(),
                () -> readers(alice, room).members().contains(silent));

        room.says(alice, "without you then");

        SentMessage sent = sent(alice, room, 0);
        assertThat(sent.devices()).containsExactly(device(bob));
        assertThat(sent.members()).containsExactly(new MemberLeftOut(silent, MemberLeftOut.Why.DEVICE_LIST_UNKNOWN));
    }

    @Test
    void aChatEntersARoomAndSendsThere(World world) {
        Client alice = world.person("alice");
        Account bob = world.account("bob");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob);
        BareJid silent = JidCreate.bareFromOrThrowUnchecked(
                World.unique("x") + "@" + world.server().silentDomain());
        Smack.run(() -> room.seenBy(alice).grantMembership(silent));
        OmemoCommand chat = new Shell(world).chat(bob);
        chat.ready();

        chat.say("{\"command\":\"join\",\"room\":\"" + room.jid() + "\",\"nick\":\"b\"}");
        JsonNode joined = chat.event("joined", "room", room.jid().toString());
        assertThat(joined.path("encrypted").asBoolean()).isTrue();
        assertThat(joined.path("members").toString()).contains(alice.jid(), bob.jid(), silent);
        assertThat(joined.path("unable").toString()).contains(silent);
        chat.say("{\"command\":\"send\",\"to\":\"" + room.jid() + "\",\"body\":\"from the command line\"}");

        assertThat(chat.event("sent", "to", room.jid().toString())
                        .path("devices")
                        .asInt())
                .isEqualTo(1);
        alice.wire()
                .await(
                        "the message in the room",
                        line -> line.direction() == WireLog.Direction.RECEIVED
                                && line.xml().contains("type='groupchat'")
                                && line.xml().contains("rid='" + alice.deviceId() + "'"));
        assertThat(alice.wire().raw()).doesNotContain("from the command line");
        chat.quit();
    }

    @Test
    void twoChatsReadEachOtherInARoom(World world) {
        Client alice = world.person("alice");
        Account bob = world.account("bob");
        Account carol = world.account("carol");
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob);
        room.member(alice, carol);
        Shell shell = new Shell(world);
        OmemoCommand bobChat = shell.chat(bob);
        OmemoCommand carolChat = shell.chat(carol);
        bobChat.ready();
        carolChat.ready();
        enters(bobChat, room, "b");
        enters(carolChat, room, "c");

        says(bobChat, room, "is carol here?");
        assertSaidInRoom(carolChat, room, "is carol here?", bob, "b");
        says(carolChat, room, "she is");
        assertSaidInRoom(bobChat, room, "she is", carol, "c");

        JsonNode sent = bobChat.event("sent", "room", room.jid().toString());
        assertThat(sent.path("devices").asInt()).isEqualTo(2);
        assertThat(sent.path("unable").isArray()).isTrue();
        assertThat(sent.path("unable")).isEmpty();
        bobChat.quit();
        carolChat.quit();
    }

    private static void enters(OmemoCommand chat, ChatRoom room, String nick) {
        chat.say("{\"command\":\"join\",\"room\":\"" + room.jid() + "\",\"nick\":\"" + nick + "\"}");
        chat.event("joined", "room", room.jid().toString());
    }

    private static void says(OmemoCommand chat, ChatRoom room, String body) {
        chat.say("{\"command\":\"send\",\"to\":\"" + room.jid() + "\",\"body\":\"" + body + "\"}");
    }

    private static void assertSaidInRoom(OmemoCommand chat, ChatRoom room, String body, Account author, String nick) {
        JsonNode message = chat.event("message", "body", body);
        assertThat(message.path("room").asText()).isEqualTo(room.jid().toString());
        assertThat(message.path("from").asText()).isEqualTo(author.jid().toString());
        assertThat(message.path("nick").asText()).isEqualTo(nick);
        assertThat(message.path("encrypted").asBoolean()).isTrue();
        assertThat(message.has("private")).isFalse();
        assertThat(message.has("repeated")).isFalse();
    }

    private static SentMessage sent(Client client, ChatRoom room, int number) {
        return Await.value(
                () -> "message " + number + " to the room\n" + client.story(),
                () -> client.outcomes().of(Outcomes.Sent.class).stream()
                        .map(Outcomes.Sent::message)
                        .filter(message -> message.to().equals(room.jid()))
                        .skip(number)
                        .findFirst());
    }

    private static RoomReaders readers(Client client, ChatRoom room) {
        return Smack.call(() -> client.omemo().room(room.jid()));
    }

    private static void awaitMembers(Client of, ChatRoom room, Client... members) {
        Set<String> wanted =
                Set.of(members).stream().map(member -> member.jid().toString()).collect(Collectors.toSet());
        Await.until(
                () -> "the members " + wanted + " of the room\n" + of.story(),
                () -> readers(of, room).members().stream()
                        .map(BareJid::toString)
                        .collect(Collectors.toSet())
                        .equals(wanted));
    }

    private static DeviceAddress device(Client client) {
        return client.omemo().ownDevice().address();
    }
}
