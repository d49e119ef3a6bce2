/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.Refusals;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.RoomReaders.State;
import org.omemo4j.store.StoreException;

/** What is told of a room that is entered, and when. */
class RoomEntryTest {
    private static final BareJid ROOM = JidCreate.bareFromOrThrowUnchecked("r@conference.localhost");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@localhost");
    private static final Deadline OVER = Deadline.in(Duration.ZERO);

    private final CommandRun command = new CommandRun();

    @Test
    void itIsJoinedOnceTheRoomHasToldWhoBelongsToItAndKeysAreNotWaitedFor() throws Exception {
        Queue<RoomReaders> answers =
                new ArrayDeque<>(List.of(readers(State.NOT_IN_ROOM), readers(State.ASKED), readers(State.OPEN)));

        entry(answers::remove).tell(Deadline.in(Duration.ofMinutes(5)));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"joined\",\"room\":\"r@conference.localhost\",\"nick\":\"a\",\"encrypted\":true,"
                                + "\"members\":[\"bob@localhost\"],"
                                + "\"unable\":[{\"jid\":\"bob@localhost\",\"reason\":\"device-list-unknown\"}]}\n");
    }

    @Test
    void aRoomThatHidesWhoIsThereIsJoinedAndAnError() throws Exception {
        entry(() -> readers(State.ANONYMOUS)).tell(OVER);

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"joined\"").contains("\"encrypted\":false"),
                        line -> assertThat(line)
                                .contains("hides who is in it")
                                .endsWith("\"room\":\"r@conference.localhost\"}"));
    }

    @Test
    void aRoomThatDoesNotTellInTimeIsAnErrorThatNamesIt() throws Exception {
        entry(() -> readers(State.ASKED)).tell(OVER);
        entry(() -> readers(State.NOT_IN_ROOM)).tell(OVER);

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("has not told who belongs to it")
                                .endsWith("\"room\":\"r@conference.localhost\"}"),
                        line -> assertThat(line).contains("was left"));
    }

    @Test
    void atTheEndOfTheChatNothingIsTold() throws Exception {
        entry(() -> {
                    throw Refusals.of(OmemoException.Reason.NOT_STARTED);
                })
                .tell(OVER);

        assertThat(command.out()).isEmpty();
    }

    @Test
    void followingDoesNotWait() throws Exception {
        CompletableFuture<RoomReaders> answer = new CompletableFuture<>();

        entry(answer::join).follow(Duration.ofMinutes(5));

        assertThat(command.out()).isEmpty();
        answer.complete(readers(State.OPEN));
    }

    private RoomEntry entry(Poll.Question<RoomReaders, StoreException> readers) throws Exception {
        return new RoomEntry(
                ROOM,
                Resourcepart.from("a"),
                readers,
                new JsonEvents(command.terminal().out()));
    }

    private static RoomReaders readers(State state) {
        boolean open = state == State.OPEN;
        return new RoomReaders(
                ROOM,
                state,
                open ? Set.of(BOB) : Set.of(),
                open ? List.of(new MemberLeftOut(BOB, MemberLeftOut.Why.DEVICE_LIST_UNKNOWN)) : List.of(),
                List.of());
    }
}
