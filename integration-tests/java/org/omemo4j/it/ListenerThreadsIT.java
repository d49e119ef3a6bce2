/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.it.ClientBuilder.Start;
import org.omemo4j.smack.OmemoException;

/**
 * Sends from inside listeners, on threads that Smack's reader waits for. The contact's server holds its answers back until the test has seen that the
 * send returned and the stream goes on: whoever waited for an answer there would never get that far.
 */
@OnServer
class ListenerThreadsIT {
    @Test
    void aSendFromInsideARoomListenerReturnsBeforeAnythingIsAnswered(World world) {
        Client alice = world.person("alice");
        RemoteContact stranger =
                world.remoteContact().answering("cancel", "item-not-found").holdingBack();
        Room room = new Room(world, alice);
        room.listen(message -> {
            alice.send(stranger.jid(), "about " + message.getBody());
            alice.wire().mark("returned from " + message.getBody());
        });

        room.says("one");
        room.says("two");

        alice.wire().await("both sends returned", line -> line.xml().equals("returned from two"));
        Await.until("the question waits for its answer", () -> stranger.heldBack() > 0);
        assertThat(alice.isAlive()).isTrue();
        stranger.release();
        alice.outcomes()
                .await(Outcomes.SendFailed.class, failed -> failed.why().reason() == OmemoException.Reason.NO_DEVICES);
        Await.until(
                "both failed",
                () -> alice.outcomes().of(Outcomes.SendFailed.class).size() == 2);
        assertThat(alice.wire().raw()).doesNotContain("about one", "about two");
    }

    @Test
    void aSendFromInsideAChatListenerReturnsBeforeAnythingIsAnswered(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        RemoteContact stranger =
                world.remoteContact().answering("cancel", "item-not-found").holdingBack();
        ChatManager.getInstanceFor(alice.connection()).addIncomingListener((from, message, chat) -> {
            alice.send(stranger.jid(), "about " + message.getBody());
            alice.send(bob, "echo of " + message.getBody());
            alice.wire().mark("returned from " + message.getBody());
        });

        bob.send(alice, "one");
        bob.send(alice, "two");

        // Bob gets his answer although the stranger's server has not said a word.
        bob.reads(alice, "echo of two");
        assertThat(bob.bodies()).containsExactly("echo of one", "echo of two");
        alice.wire().await("the second send returned", line -> line.xml().equals("returned from two"));
        Await.until("the question waits for its answer", () -> stranger.heldBack() > 0);
        assertThat(alice.outcomes().of(Outcomes.SendFailed.class)).isEmpty();
        stranger.release();
        Await.until(
                "both failed",
                () -> alice.outcomes().of(Outcomes.SendFailed.class).size() == 2);
    }

    @Test
    void manyListenersThatSendAtOnceDoNotStallTheConnection(World world) {
        Client alice = world.person("alice");
        int count = 12; // Smack runs max(8, 1.1 × cores) asynchronous listeners at a time
        List<RemoteContact> strangers = new ArrayList<>();
        AtomicInteger returned = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            RemoteContact stranger =
                    world.remoteContact().answering("cancel", "item-not-found").holdingBack();
            strangers.add(stranger);
            alice.connection()
                    .addAsyncStanzaListener(
                            stanza -> {
                                alice.send(stranger.jid(), "at once");
                                returned.incrementAndGet();
                            },
                            stanza -> stanza instanceof Message message && "go".equals(message.getBody()));
        }
        Room room = new Room(world, alice);
        room.listen(message -> alice.wire().mark("the room says " + message.getBody()));

        room.says("go");
        room.says("still there");

        Await.until("all sends returned", () -> returned.get() == count);
        alice.wire().await("the room goes on", line -> line.xml().equals("the room says still there"));
        Await.until("all questions wait", () -> strangers.stream().allMatch(stranger -> stranger.heldBack() > 0));
        assertThat(alice.isAlive()).isTrue();
        assertThat(alice.outcomes().of(Outcomes.SendFailed.class)).isEmpty();
        strangers.forEach(RemoteContact::release);
        Await.until(
                "all failed",
                () -> alice.outcomes().of(Outcomes.SendFailed.class).size() == count);
    }

    @Test
    void messagesToRoomsPassUntouched(World world) {
        Client alice = world.person("alice");
        Room room = new Room(world, alice);

        Smack.run(() -> room.ofAlice.sendMessage("good evening"));

        room.other
                .wire()
                .await(
                        "the message in the room",
                        line -> line.direction() == WireLog.Direction.RECEIVED
                                && line.xml().contains("<body>good evening</body>"));
    }

    @Test
    void aPrivateMessageThroughARoomIsRefusedWithTheRemedy(World world) {
        Client alice = world.person("alice");
        Room room = new Room(world, alice);

        assertThatThrownBy(() -> room.ofAlice
                        .createPrivateChat(
                                JidCreate.entityFullFromOrThrowUnchecked(room.ofAlice.getRoom() + "/carol"),
                                (chat, message) -> {})
                        .sendMessage("between us"))
                .isInstanceOf(OmemoException.class)
                .hasMessageContaining("Write to the person's own address");
        assertThat(alice.wire().raw()).doesNotContain("between us");
    }

    /** A room with one client in it that has no OMEMO, and one that has. */
    private static final class Room {
        private final Client other;
        private final MultiUserChat ofOther;
        private final MultiUserChat ofAlice;

        Room(World world, Client alice) {
            other = world.client(world.account("carol")).start(Start.NEVER).open();
            EntityBareJid jid = JidCreate.entityBareFromOrThrowUnchecked(
                    World.unique("room") + "@" + world.server().mucDomain());
            ofOther = MultiUserChatManager.getInstanceFor(other.connection()).getMultiUserChat(jid);
            ofAlice = MultiUserChatManager.getInstanceFor(alice.connection()).getMultiUserChat(jid);
            Smack.run(() -> ofOther.create(Resourcepart.from("carol")).makeInstant());
            Smack.run(() -> ofAlice.join(Resourcepart.from("alice")));
        }

        void listen(java.util.function.Consumer<Message> listener) {
            ofAlice.addMessageListener(message -> {
                if (message.getBody() != null) {
                    listener.accept(message);
                }
            });
        }

        void says(String body) {
            Smack.run(() -> ofOther.sendMessage(body));
        }
    }
}
