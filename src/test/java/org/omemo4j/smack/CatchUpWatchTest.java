/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.PresenceBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.mam.element.MamFinIQ;
import org.jivesoftware.smackx.mam.element.MamQueryIQ;
import org.jivesoftware.smackx.rsm.packet.RSMSet;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;

/** Which stanzas tell that messages from before are coming in, and what is done then; the test is the clock and the timer. */
class CatchUpWatchTest {
    private static final Instant BEGIN = Instant.parse("2026-11-23T12:00:00Z");

    private final List<String> done = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();
    private Instant now = BEGIN;
    private final CatchUpWatch watch = new CatchUpWatch(this::plan, () -> now, new CatchUpWatch.Work() {
        @Override
        public void begun() {
            done.add("begun");
        }

        @Override
        public void later(CatchUpWatch.Task task) {
            done.add(task.name());
        }
    });

    private record Planned(Instant when, Runnable task) {}

    @Test
    void aLoginBeginsAndThePingEnds() {
        watch.loggedIn();
        assertThat(watch.sent(presence(Presence.Type.available))).isTrue();
        assertThat(done).containsExactly("begun");

        watch.pingAnswered();

        assertThat(done).containsExactly("begun", "CAUGHT_UP");
    }

    @Test
    void thePingIsAwaitedFromTheFirstPresenceToItsAnswer() {
        watch.loggedIn();
        assertThat(watch.awaitsPing()).isFalse();
        watch.sent(presence(Presence.Type.available));
        assertThat(watch.awaitsPing()).isTrue();

        watch.pingAnswered();

        assertThat(watch.awaitsPing()).isFalse();
    }

    @Test
    void onlyAPresenceToEverybodyCounts() {
        watch.loggedIn();

        assertThat(watch.sent(presence(Presence.Type.unavailable))).isFalse();
        assertThat(watch.sent(StanzaBuilder.buildPresence()
                        .to(JidCreate.fromOrThrowUnchecked("room@example.org/me"))
                        .build()))
                .isFalse();
        assertThat(watch.sent(StanzaBuilder.buildMessage().build())).isFalse();
        assertThat(watch.sent(presence(Presence.Type.available))).isTrue();
    }

    @Test
    void aQueryOfTheArchiveBeginsAndItsEndEnds() {
        MamQueryIQ query = query();
        watch.sent(query);
        assertThat(done).containsExactly("begun");

        watch.received(end(query, true), false);

        assertThat(done).containsExactly("begun", "CAUGHT_UP");
    }

    @Test
    void aPageThatIsNotTheLastOneEndsByTime() {
        MamQueryIQ query = query();
        watch.sent(query);
        watch.received(end(query, false), false);
        assertThat(done).containsExactly("begun");

        pass(CatchUp.QUIET);

        assertThat(done).containsExactly("begun", "CAUGHT_UP");
    }

    @Test
    void aRefusedQueryEndsIt() {
        MamQueryIQ query = query();
        watch.sent(query);

        watch.received(IQ.createErrorResponse(query, StanzaError.Condition.forbidden), false);

        assertThat(done).containsExactly("begun", "CAUGHT_UP");
    }

    @Test
    void whoSendsTheEndOfAPageThatNobodyAskedForBeginsNothing() {
        watch.received(end(query(), false), false);
        assertThat(done).isEmpty();

        watch.received(end(query(), false), true);
        assertThat(done).containsExactly("begun");
    }

    @Test
    void theTimerIsSetAgainWhileSomethingGoesBy() {
        watch.loggedIn();
        for (int i = 0; i < 5; i++) {
            watch.archivedMessage();
            pass(Duration.ofSeconds(50));
        }
        assertThat(done).containsExactly("begun");
        assertThat(planned).hasSize(1);

        pass(CatchUp.QUIET);

        assertThat(done).containsExactly("begun", "CAUGHT_UP");
        assertThat(planned).isEmpty();
    }

    @Test
    void theEndIsNotToldWhenItHasBegunAgainMeanwhile() throws Exception {
        watch.loggedIn();
        watch.sent(presence(Presence.Type.available));
        watch.pingAnswered();
        watch.sent(query());

        assertThat(watch.endUnlessGoingOn(() -> "ended", "goes on")).isEqualTo("goes on");
        pass(CatchUp.QUIET);
        assertThat(watch.endUnlessGoingOn(() -> "ended", "goes on")).isEqualTo("ended");
    }

    @Test
    void whatWasReadGoesToTheDiskASecondLaterOnceForAll() {
        watch.loggedIn();
        watch.hasRead();
        watch.hasRead();
        pass(CatchUpWatch.SETTLE_AFTER);
        assertThat(done).containsExactly("begun", "SETTLE");

        watch.hasRead();
        pass(CatchUpWatch.SETTLE_AFTER);
        assertThat(done).containsExactly("begun", "SETTLE", "SETTLE");
    }

    @Test
    void whatIsReadOtherwiseNeedsNoTimer() {
        watch.hasRead();

        assertThat(planned).isEmpty();
    }

    @Test
    void afterTheEndNothingIsDone() {
        watch.loggedIn();
        watch.hasRead();

        watch.close();
        pass(Duration.ofHours(1));
        watch.pingAnswered();

        assertThat(done).containsExactly("begun");
    }

    private Runnable plan(Duration delay, Runnable task) {
        Planned plan = new Planned(now.plus(delay), task);
        planned.add(plan);
        return () -> planned.remove(plan);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        List<Planned> due =
                planned.stream().filter(plan -> !plan.when().isAfter(now)).toList();
        planned.removeAll(due);
        due.forEach(plan -> plan.task().run());
    }

    private static Presence presence(Presence.Type type) {
        PresenceBuilder presence = StanzaBuilder.buildPresence();
        return presence.ofType(type).build();
    }

    private static MamQueryIQ query() {
        MamQueryIQ query = new MamQueryIQ(UUID.randomUUID().toString());
        query.setType(IQ.Type.set);
        return query;
    }

    private static IQ end(MamQueryIQ query, boolean complete) {
        IQ end = new MamFinIQ(null, RSMSet.newAfter("1"), complete, true); // servers may leave the query's id out
        end.setType(IQ.Type.result);
        end.setStanzaId(query.getStanzaId());
        return end;
    }
}
