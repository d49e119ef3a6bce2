/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.mam.MamManager;
import org.jivesoftware.smackx.mam.MamManager.MamQueryArgs;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.store.memory.MemoryStore;

/** Messages on every way that a real server has: who wrote them, and which of them are nobody's word. */
@OnServer
class RoutesIT {
    private static final OmemoConfig LEGACY = OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION));

    private static final String ENCRYPTED =
            "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/></encrypted><body>fallback</body>";

    @Test
    void aGroupMessageReadsWithItsRealAuthorAndOurOwnComesBack(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        ChatRoom room = roomOf(world, alice, bob);

        room.says(alice, "from alice");
        assertFrom(alice, room.inbox(bob).await("from alice"), false);
        assertFrom(alice, room.inbox(alice).await("from alice"), false);

        room.says(bob, "from bob");
        assertFrom(bob, room.inbox(alice).await("from bob"), false);
        assertFrom(bob, room.inbox(bob).await("from bob"), false);
    }

    /** In legacy, as ejabberd keeps in a room's history only what has a body. */
    @Test
    void historyOfSomebodyWhoHasLeftReads(World world) {
        Client alice = legacy(world, "alice");
        Client bob = legacy(world, "bob");
        Client carol = legacy(world, "carol");
        ChatRoom room = roomOf(world, alice, bob, carol);
        room.says(bob, "while alice is there");
        room.inbox(alice).await("while alice is there");
        Smack.run(() -> room.seenBy(alice).leave());
        room.says(bob, "while she is away");
        room.inbox(carol).await("while she is away");
        Smack.run(() -> room.seenBy(bob).leave());
        Smack.run(() -> room.seenBy(carol).leave());

        room.enter(alice);

        assertFrom(bob, room.inbox(alice).await("while alice is there"), true);
        assertFrom(bob, room.inbox(alice).await("while she is away"), false);
    }

    /** The room tells what was said before anything else, as soon as it lets her in. */
    @Test
    void afterANewStartHistoryOfMembersWhoAreAwayReads(World world) {
        MemoryStore store = new MemoryStore();
        Client before =
                world.client(world.account("alice")).config(LEGACY).store(store).open();
        Client bob = legacy(world, "bob");
        Client carol = legacy(world, "carol");
        ChatRoom room = roomOf(world, carol, before, bob);
        room.says(bob, "while alice is there");
        room.inbox(before).await("while alice is there");
        before.stop();
        room.says(bob, "while she is away");
        room.inbox(carol).await("while she is away");
        Smack.run(() -> room.seenBy(bob).leave());

        Client alice =
                world.client(before.account()).config(LEGACY).store(store).open();
        room.enter(alice);

        assertFrom(bob, room.inbox(alice).await("while she is away"), false);
    }

    @Test
    void theRoomsArchiveReads(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        ChatRoom room = roomOf(world, alice, bob);
        room.says(bob, "said by bob");
        room.inbox(alice).await("said by bob");
        room.says(alice, "said by alice");
        room.inbox(alice).await("said by alice");
        Smack.run(() -> room.seenBy(bob).leave());

        List<Message> archive = Smack.call(() -> MamManager.getInstanceFor(room.seenBy(alice))
                .queryArchive(MamQueryArgs.builder().setResultPageSizeTo(50).build())
                .getMessages());

        assertFrom(bob, withBody(archive, "said by bob"), true);
        assertFrom(alice, withBody(archive, "said by alice"), true);
    }

    @Test
    void a1_aForgedCarbonShowsNothing(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        world.remoteContact()
                .sendMessage(
                        alice.jid(),
                        "carbon",
                        "<received xmlns='urn:xmpp:carbons:2'>" + forwarded(alice, bob) + "</received>");

        assertForeign(alice, "carbon");
    }

    @Test
    void a2_aForgedArchiveResultShowsNothing(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        world.remoteContact()
                .sendMessage(
                        alice.jid(),
                        "archived",
                        "<result xmlns='urn:xmpp:mam:2' id='1' queryid='q'>" + forwarded(alice, bob) + "</result>");

        assertForeign(alice, "archived");
    }

    @Test
    void a3_aForwardedMessageShowsNothing(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        world.remoteContact().sendMessage(alice.jid(), "forwarded", forwarded(alice, bob));

        assertForeign(alice, "forwarded");
    }

    private static Client legacy(World world, String name) {
        return world.client(world.account(name)).config(LEGACY).open();
    }

    private static ChatRoom roomOf(World world, Client owner, Client... members) {
        ChatRoom room = ChatRoom.of(world, owner);
        for (Client member : members) {
            room.member(owner, member.account());
        }
        room.listen(owner);
        for (Client member : members) {
            room.enter(member);
        }
        return room;
    }

    private static Message withBody(List<Message> archive, String body) {
        return archive.stream()
                .filter(message -> body.equals(message.getBody()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("\"" + body + "\" is not readable in " + archive));
    }

    private static void assertFrom(Client author, Message message, boolean repeated) {
        Optional<OmemoInfo> info = OmemoInfo.of(message);
        assertThat(info.map(OmemoInfo::device))
                .contains(author.omemo().ownDevice().address());
        assertThat(info.map(OmemoInfo::repeated)).contains(repeated);
    }

    private static void assertForeign(Client client, String id) {
        assertThat(client.outcomes().awaitFor(id))
                .isInstanceOfSatisfying(
                        Outcomes.Undecryptable.class,
                        told -> assertThat(told.reason()).isEqualTo(Decryption.Reason.FOREIGN_COPY));
        assertThat(client.bodies()).isEmpty();
    }

    private static String forwarded(Client to, Client from) {
        return "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' id='inner' from='"
                + from.jid() + "/x' to='" + to.jid() + "'>" + ENCRYPTED + "</message></forwarded>";
    }
}
