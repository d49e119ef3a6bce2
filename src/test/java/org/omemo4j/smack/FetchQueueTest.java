/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.DomainBareJid;
import org.jxmpp.jid.impl.JidCreate;

class FetchQueueTest {
    private static final DomainBareJid SILENT = JidCreate.domainBareFromOrThrowUnchecked("silent.example");
    private static final DomainBareJid OTHER = JidCreate.domainBareFromOrThrowUnchecked("other.example");

    private final FetchQueue<String> queue = new FetchQueue<>();
    private final List<String> sent = new ArrayList<>();

    @Test
    void soManyAreSentToOneServerAtATimeInOrder() throws Exception {
        fill(40);
        assertThat(sent).hasSize(FetchQueue.AT_ONCE);

        for (int i = 0; i < 40; i++) {
            queue.ended(SILENT, "r" + i);
        }

        assertThat(sent).isEqualTo(IntStream.range(0, 40).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void aServerThatNeverAnswersHoldsUpNoOther() throws Exception {
        fill(40);

        queue.add(OTHER, "other", () -> sent.add("other"));

        assertThat(sent).endsWith("other");
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
    void whatAServerIsLeftWithIsNotSentAndHasNoPlace() throws Exception {
        fill(40);
        assertThat(queue.leave(SILENT))
                .containsExactlyElementsOf(
                        IntStream.range(0, 40).mapToObj(i -> "r" + i).toList());

        queue.ended(SILENT, "r0"); // its answer comes late
        assertThat(sent).hasSize(FetchQueue.AT_ONCE);

        queue.add(SILENT, "again", () -> sent.add("again"));
        assertThat(sent).endsWith("again");
    }

    @Test
    void whatEndsBeforeItsTurnIsNotSent() throws Exception {
        fill(40);

        queue.ended(SILENT, "r35");
        for (int i = 0; i < 35; i++) {
            queue.ended(SILENT, "r" + i);
        }

        assertThat(sent).hasSize(39).doesNotContain("r35");
    }

    @Test
    void whatAMessageWaitsForGoesAheadOfWhatNobodyWaitsFor() throws Exception {
        fill(40);

        queue.hurry(SILENT, "r37");
        queue.hurry(SILENT, "r35");
        queue.hurry(SILENT, "r3"); // is on its way
        queue.hurry(OTHER, "r36");
        queue.ended(SILENT, "r0");
        queue.ended(SILENT, "r1");
        queue.ended(SILENT, "r2");

        assertThat(sent).endsWith("r31", "r37", "r35", "r32").doesNotHaveDuplicates();
        assertThat(queue.leave(SILENT)).hasSize(37).doesNotHaveDuplicates();
    }

    @Test
    void answersOfAServerCountWhileItHasSomethingOfOurs() throws Exception {
        fill(2);
        queue.answered(SILENT);
        queue.answered(OTHER);
        queue.ended(SILENT, "r0");
        assertThat(queue.answers(SILENT)).isEqualTo(1);
        assertThat(queue.answers(OTHER)).isZero();

        queue.ended(SILENT, "r1");

        assertThat(queue.answers(SILENT)).isZero();
    }

    private void fill(int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            String name = "r" + i;
            queue.add(SILENT, name, () -> sent.add(name));
        }
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
