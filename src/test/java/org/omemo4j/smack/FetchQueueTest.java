/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.DomainBareJid;
import org.jxmpp.jid.impl.JidCreate;

class FetchQueueTest {
    private static final DomainBareJid SILENT = JidCreate.domainBareFromOrThrowUnchecked("silent.example");
    private static final DomainBareJid OTHER = JidCreate.domainBareFromOrThrowUnchecked("other.example");

    private final FetchQueue queue = new FetchQueue();
    private final List<String> sent = new ArrayList<>();

    @Test
    void soManyAreSentToOneServerAtATimeInOrder() throws Exception {
        for (int i = 0; i < 40; i++) {
            String name = "r" + i;
            queue.add(SILENT, () -> sent.add(name));
        }
        assertThat(sent).hasSize(FetchQueue.AT_ONCE);

        for (int i = 0; i < 40; i++) {
            queue.ended(SILENT);
        }

        assertThat(sent).isEqualTo(IntStream.range(0, 40).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void aServerThatNeverAnswersHoldsUpNoOther() throws Exception {
        for (int i = 0; i < 40; i++) {
            queue.add(SILENT, () -> {});
        }

        queue.add(OTHER, () -> sent.add("other"));

        assertThat(sent).containsExactly("other");
    }

    @Test
    void tensOfThousandsThatEndAtOnceNeedNoStack() throws Exception {
        for (int i = 0; i < FetchQueue.AT_ONCE; i++) {
            queue.add(OTHER, () -> {});
        }
        for (int i = 0; i < 50_000; i++) {
            queue.add(OTHER, () -> {
                sent.add("x");
                queue.ended(OTHER); // as when the connection is gone
            });
        }

        queue.ended(OTHER);

        assertThat(sent).hasSize(50_000);
    }
}
