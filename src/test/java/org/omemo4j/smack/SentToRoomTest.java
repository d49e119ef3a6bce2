/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** What is told of a message that left for a room. */
class SentToRoomTest {
    private static final String BOB = "bob@example.org";

    @Test
    void itNamesInWordsWhomTheRoomDoesNotTellWhetherItWaitedOrNot() throws Exception {
        World world = new World();
        world.device(BOB);
        BlockingQueue<SentMessage> sent = new LinkedBlockingQueue<>();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onSent(SentMessage message) {
                    sent.add(message);
                }
            });
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
            TestRoom room = new TestRoom(alice, world).with(MUCAffiliation.member, BOB);
            room.ask();
            room.says(TestRoom.presence("ghost", "", "none"));
            room.letInAndWrite("m1");
            SentMessage waited = sent.poll(30, TimeUnit.SECONDS);
            alice.connection.sendStanza(TestRoom.groupChat("m2", "Hello"));
            SentMessage atOnce = sent.poll(30, TimeUnit.SECONDS);

            assertThat(List.of(waited.waited(), atOnce.waited())).containsExactly(true, false);
            assertThat(List.of(waited, atOnce))
                    .allSatisfy(message -> assertThat(message.unnamed())
                            .containsExactly("the room does not tell who its occupant \"ghost\" is"));
        }
    }
}
