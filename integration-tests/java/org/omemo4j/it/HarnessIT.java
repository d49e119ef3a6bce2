/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.jivesoftware.smack.packet.IQ;
import org.junit.jupiter.api.Test;
import org.omemo4j.it.ClientBuilder.Start;

/** What the other tests rely on, shown with clients that have no OMEMO: the logs see everything, and the played server is one. */
@OnServer
class HarnessIT {
    @Test
    void everyLogShowsPlainText(World world) {
        Client alice = plain(world, "alice");
        Client bob = plain(world, "bob");
        String text = World.unique("\"quoted\" & <sharp>, back\\slash, straße") + "\nand a second line";

        alice.send(bob, text);

        bob.inbox().await(text);
        assertThat(ServerFiles.holds(alice.wire().raw(), text)).isTrue();
        assertThat(ServerFiles.holds(bob.wire().raw(), text)).isTrue();
        Await.until(
                "the archive holds the text",
                () -> !world.files().dataFilesHolding(text).isEmpty());
        Await.until(
                "the log holds the text",
                () -> world.files()
                        .holding(text)
                        .containsAll(world.server().log().stream().toList()));
        assertThat(world.files().holding(World.unique("never said"))).isEmpty();
    }

    @Test
    void aCutStreamIsResumed(World world) {
        Client alice = plain(world, "alice");
        Client bob = plain(world, "bob");
        Await.until("stream management", () -> bob.connection().isSmResumptionPossible());

        bob.cut();
        alice.send(bob, "sent while the stream was cut");

        assertThat(bob.connect()).isTrue();
        bob.inbox().await("sent while the stream was cut");
    }

    @Test
    void thePlayedServerSendsAndHoldsBackAnswers(World world) {
        Client alice = plain(world, "alice");
        RemoteContact remote = world.remoteContact().holdingBack();

        remote.sendMessage(alice.jid(), "m1", "<body>from afar</body>");
        alice.inbox().await("from afar");
        alice.sendStanza(new RawIq(IQ.Type.get, remote.jid(), "query", "jabber:iq:version", ""));
        Await.until("the request waits", () -> remote.heldBack() == 1);
        int before = alice.wire().mark("still unanswered").number();
        remote.release();

        alice.wire().awaitAfter(before, "the answer", line -> line.xml().contains("service-unavailable"));
    }

    private static Client plain(World world, String name) {
        return world.client(world.account(name)).start(Start.NEVER).open();
    }
}
