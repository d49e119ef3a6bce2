/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.omemo4j.smack.OmemoInfo;

/** Two foreign clients, of which each speaks another version of OMEMO: on one account, and in one room. */
@OnServer
@Tag("legacy-peer")
class TwoPeersIT {
    @Test
    void eachReadsAMessageInItsVersionAndIsRead(World world) {
        Account bob = world.account("bob");
        Peer modern = Peer.start(world, PeerKind.OMEMO2, bob);
        Peer old = Peer.start(world, PeerKind.LEGACY, bob);
        Client alice = world.person("alice");

        alice.send(bob.jid(), "for both of you");

        modern.reads(alice, "for both of you");
        old.reads(alice, "for both of you");
        modern.send(alice.jid(), "read in OMEMO 2");
        old.send(alice.jid(), "read in legacy OMEMO");
        assertThat(version(alice, "read in OMEMO 2")).isEqualTo(PeerKind.OMEMO2.namespace());
        assertThat(version(alice, "read in legacy OMEMO")).isEqualTo(PeerKind.LEGACY.namespace());
        assertThat(modern.bodies()).containsExactly("for both of you");
        assertThat(old.bodies()).containsExactly("for both of you");
    }

    @Test
    void bothAreInARoomWithTwoOfUs(World world) {
        Account bob = world.account("bob");
        Peer modern = Peer.start(world, PeerKind.OMEMO2, bob);
        Peer old = Peer.start(world, PeerKind.LEGACY, bob);
        Client alice = world.person("alice");
        Client dave = world.person("dave");
        ChatRoom room = ChatRoom.of(world, alice);
        room.listen(alice);
        for (Account member : List.of(bob, dave.account())) {
            room.member(alice, member);
            room.awaitMember(alice, member);
        }
        room.enter(dave);
        modern.enters(room.jid());
        old.enters(room.jid());

        room.says(alice, "from alice");
        room.says(dave, "from dave");
        modern.says(room.jid(), "in OMEMO 2");
        old.says(room.jid(), "in legacy OMEMO");

        for (Peer peer : List.of(modern, old)) {
            peer.reads(alice, "from alice");
            peer.reads(dave, "from dave");
        }
        for (Client client : List.of(alice, dave)) {
            assertAuthor(room.inbox(client).await("in OMEMO 2"), modern);
            assertAuthor(room.inbox(client).await("in legacy OMEMO"), old);
        }
        room.inbox(alice).await("from dave");
        room.inbox(dave).await("from alice");
        assertThat(alice.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
        assertThat(dave.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
    }

    private static void assertAuthor(Message message, Peer author) {
        OmemoInfo info = OmemoInfo.of(message).orElseThrow();
        assertThat((Object) info.device().jid()).isEqualTo(author.jid().asBareJid());
        assertThat(info.device().device().value()).isEqualTo(author.deviceId());
    }

    private static String version(Client client, String body) {
        return OmemoInfo.of(client.inbox().await(body)).orElseThrow().version();
    }
}
