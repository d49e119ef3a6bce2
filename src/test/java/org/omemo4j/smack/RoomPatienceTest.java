/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;

/** When the patience of a room's message is over; the test is our server and the timer. */
class RoomPatienceTest {
    private static final BareJid ROOM = TestRoom.JID;

    private final ManualServer server = new ManualServer();
    private final List<BareJid> over = new CopyOnWriteArrayList<>();
    private final RoomPatience patience = new RoomPatience(server.worker, server, server, over::add);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void itIsOverOnceSoManyStepsAreProvenByOurServer() throws Exception {
        begin();
        for (int i = 1; i < RoomPatience.STEPS; i++) {
            step(true);
        }
        assertThat(over).as("for lists").containsExactly(ROOM);
        assertThat(isOver()).isFalse();

        step(true);

        assertThat(over).containsExactly(ROOM, ROOM);
        assertThat(isOver()).isTrue();
        assertThat(server.patience).as("nothing goes on").isEmpty();
    }

    @Test
    void aStepInWhichOurServerDoesNotAnswerDoesNotCount() throws Exception {
        begin();
        for (int i = 1; i < RoomPatience.STEPS; i++) {
            step(true);
        }
        step(false);
        server.connected = false;
        server.patienceEnds();
        server.connected = true;
        server.run(patience::connected);
        assertThat(isOver()).isFalse();

        step(true);

        assertThat(isOver()).isTrue();
    }

    @Test
    void whatThrowsWhileOurServerIsAskedEndsNothing() throws Exception {
        begin();
        server.broken = true;
        server.patienceEnds();
        server.broken = false;
        assertThat(server.failures).hasSize(1);
        server.failures.clear();

        for (int i = 1; i <= RoomPatience.STEPS; i++) {
            assertThat(isOver()).isFalse();
            step(true);
        }

        assertThat(isOver()).isTrue();
    }

    @Test
    void theNextMessageHasAPatienceOfItsOwn() throws Exception {
        begin();
        step(true);
        server.run(() -> patience.settled(ROOM));
        begin();
        server.patienceEnds(); // the former one's
        assertThat(server.pings).isEmpty();

        for (int i = 1; i < RoomPatience.STEPS; i++) {
            step(true);
        }

        assertThat(isOver()).isFalse();
    }

    @Test
    void whatWaitsStillIsNotCountedTwice() throws Exception {
        begin();
        begin();
        server.run(patience::connected);

        assertThat(server.patience).hasSize(1);
    }

    private void begin() throws Exception {
        server.run(() -> patience.goOn(ROOM));
    }

    private boolean isOver() throws Exception {
        CompletableFuture<Boolean> isOver = new CompletableFuture<>();
        server.run(() -> isOver.complete(patience.isOver(ROOM)));
        return isOver.get(30, TimeUnit.SECONDS);
    }

    private void step(boolean answered) throws Exception {
        server.patienceEnds();
        server.answer(server.pings.remove(), answered);
    }
}
