/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.omemo4j.smack.OmemoInfo;

/** One account with two foreign clients, of which each speaks another version of OMEMO. */
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

    private static String version(Client client, String body) {
        return OmemoInfo.of(client.inbox().await(body)).orElseThrow().version();
    }
}
