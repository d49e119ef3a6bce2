/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.DomainBareJid;
import org.jxmpp.jid.impl.JidCreate;

class FetchQueueTest {
    private static final DomainBareJid SILENT = JidCreate.domainBareFromOrThrowUnchecked("silent.example");
    private static final DomainBareJid OTHER = JidCreate.domainBareFromOrThrowUnchecked("other.example");

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private long seconds = -1; // the clock of a machine may begin anywhere
    private final FetchQueue<String> queue = new FetchQueue<>(() -> seconds * 1_000_000_000);
    private final List<String> sent = new ArrayList<>();

    @Test
    void soManyAreSentToOneServerAtATimeInOrder() throws Exception {
        for (int i = 0; i < 40; i++) {
            String name = "r" + i;
            queue.add(SILENT, name, () -> sent.add(name));
        }
        assertThat(sent).hasSize(FetchQueue.AT_ONCE);

        for (int i = 0; i < 40; i++) {
            queue.ended(SILENT, "r" + i);
        }

        assertThat(sent).isEqualTo(IntStream.range(0, 40).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void aServerThatNeverAnswersHoldsUpNoOther() throws Exception {
        for (int i = 0; i < 40; i++) {
            queue.add(SILENT, "r" + i, () -> {});
        }

        queue.add(OTHER, "other", () -> sent.add("other"));

        assertThat(sent).containsExactly("other");
    }

    @Test
    void tensOfThousandsThatEndAtOnceNeedNoStack() throws Exception {
        for (int i = 0; i < FetchQueue.AT_ONCE; i++) {
            queue.add(OTHER, "r" + i, () -> {});
        }
        for (int i = 0; i < 50_000; i++) {
            String name = "x" + i;
            queue.add(OTHER, name, () -> {
                sent.add(name);
                queue.ended(OTHER, name); // as when the connection is gone
            });
        }

        queue.ended(OTHER, "r0");

        assertThat(sent).hasSize(50_000);
    }

    @Test
    void aRequestIsUnansweredFromWhenItWasSentAndTheServerHasAnsweredNothingSince() throws Exception {
        queue.add(SILENT, "first", () -> {});
        seconds += 3;
        queue.add(SILENT, "second", () -> {});
        seconds += 1;
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "first")).isTrue();
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "second")).isFalse();

        queue.answered(SILENT);
        seconds += 3;
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "first")).isFalse();
        seconds += 1;
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "first")).isTrue();
    }

    @Test
    void whatWaitsForItsTurnIsNotUnansweredAndGoesWhenOthersAreWaitedForNoMore() throws Exception {
        for (int i = 0; i < 40; i++) {
            String name = "r" + i;
            queue.add(SILENT, name, () -> sent.add(name));
        }
        seconds += 60;
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "r31")).isTrue();
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "r32")).isFalse();

        queue.ended(SILENT, "r31");
        queue.ended(SILENT, "r31"); // its answer comes late

        assertThat(sent).hasSize(33);
        assertThat(queue.isUnansweredFor(PATIENCE, SILENT, "r32")).isFalse();
    }

    @Test
    void oneThatThrowsHoldsUpNobodyBehindIt() throws Exception {
        for (int i = 0; i < FetchQueue.AT_ONCE; i++) {
            queue.add(OTHER, "r" + i, () -> {});
        }
        queue.add(OTHER, "bad", () -> {
            queue.ended(OTHER, "bad");
            throw new IllegalStateException("thrown by the test");
        });
        queue.add(OTHER, "good", () -> sent.add("good"));

        assertThatThrownBy(() -> queue.ended(OTHER, "r0")).hasMessage("thrown by the test");

        assertThat(sent).containsExactly("good");
    }
}
