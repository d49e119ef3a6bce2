/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final List<Timeline.Entry> told = new ArrayList<>();
    private final Timeline timeline = new Timeline(told::add);

    @Test
    void whatComesLiveIsShownAtOnce() {
        timeline.live(message(1));
        timeline.live(message(2));

        assertShown(1, 2);
    }

    @Test
    void whatComesLiveDuringTheCatchUpStandsBehindTheArchive() {
        timeline.beginCatchUp();
        timeline.live(message(3));
        timeline.archived(message(1));
        timeline.archived(message(2));
        timeline.inOrder(List.of("archived 1", "archived 2"));
        assertShown(1, 2);

        timeline.endCatchUp();

        assertShown(1, 2, 3);
    }

    @Test
    void whatCameLiveBeforeItsCopyInTheArchiveStandsWhereTheArchiveHasIt() {
        timeline.beginCatchUp();
        timeline.live(message(2));
        timeline.archived(message(1));
        timeline.archived(readBefore(2));
        timeline.archived(message(3));
        timeline.inOrder(List.of("archived 1", "archived 2", "archived 3"));
        timeline.endCatchUp();

        assertShown(1, 2, 3);
    }

    /** As ejabberd 23.01 does under load. */
    @Test
    void whatTheArchiveDoesNotHaveYetIsNoted() {
        timeline.beginCatchUp();
        timeline.live(message(2));
        timeline.live(message(3));
        timeline.archived(message(1));
        timeline.archived(readBefore(3));
        timeline.inOrder(List.of("archived 1", "archived 3"));
        timeline.endCatchUp();

        assertShown(1, 3, 2);
        assertThat(timeline.leftOut()).containsExactly(message(2).id());
    }

    @Test
    void whatComesLiveDuringTheCatchUpIsNotLeftOutByPagesBeforeIt() {
        timeline.beginCatchUp();
        timeline.live(message(3));
        timeline.archived(message(1));
        timeline.inOrder(List.of("archived 1"));
        timeline.archived(message(2));
        timeline.archived(readBefore(3));
        timeline.inOrder(List.of("archived 2", "archived 3"));
        timeline.endCatchUp();

        assertShown(1, 2, 3);
        assertThat(timeline.leftOut()).isEmpty();
    }

    @Test
    void whatAFailedQuestionBroughtWaitsForTheAnswerOfAnother() {
        timeline.beginCatchUp();
        timeline.archived(message(2));
        assertThat(timeline.hasCopies(List.of("archived 1", "archived 2"))).isFalse();

        timeline.archived(message(1));
        timeline.archived(readBefore(2));
        assertThat(timeline.hasCopies(List.of("archived 1", "archived 2"))).isTrue();
        timeline.inOrder(List.of("archived 1", "archived 2"));
        timeline.endCatchUp();

        assertShown(1, 2);
    }

    @Test
    void aTextThatIsReadTwiceIsShownTwice() {
        timeline.live(message(1));
        timeline.beginCatchUp();
        timeline.archived(message(1));
        timeline.endCatchUp();

        assertShown(1, 1);
    }

    @Test
    void whatWasReadBeforeIsNotShownAgain() {
        timeline.live(message(1));
        timeline.live(readBefore(1));

        assertShown(1);
    }

    @Test
    void theArchiveIsAskedFromAFewMessagesBeforeTheLast() {
        assertThat(timeline.askAfter()).isEmpty();

        for (int i = 0; i < 30; i++) {
            timeline.live(message(i));
        }

        assertThat(timeline.askAfter()).contains("archived 19");
    }

    @Test
    void whatComesLiveDuringTheCatchUpSaysNothingAboutWhatIsMissing() {
        for (int i = 0; i < 30; i++) {
            timeline.live(message(i));
        }
        timeline.beginCatchUp();
        for (int i = 100; i < 130; i++) {
            timeline.live(message(i));
        }

        assertThat(timeline.askAfter()).contains("archived 19");
    }

    private void assertShown(int... numbers) {
        List<String> texts = new ArrayList<>();
        for (int number : numbers) {
            texts.add("text " + number);
        }
        assertThat(timeline.entries())
                .extracting(entry -> entry.text().orElseThrow())
                .isEqualTo(texts);
        assertThat(told).isEqualTo(timeline.entries());
    }

    private static Timeline.Entry message(int number) {
        return entry(number, Optional.of("text " + number));
    }

    private static Timeline.Entry readBefore(int number) {
        return entry(number, Optional.empty());
    }

    private static Timeline.Entry entry(int number, Optional<String> text) {
        return new Timeline.Entry(
                "alice@localhost/one", "bob@localhost", "m" + number, text, Optional.of("archived " + number));
    }
}
