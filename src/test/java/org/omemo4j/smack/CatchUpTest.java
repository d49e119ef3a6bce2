/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When messages from before are believed to have come; the test is the clock. */
class CatchUpTest {
    private final CatchUp catchUp = new CatchUp();
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void nothingGoesOnBeforeTheLogin() {
        assertThat(goesOn()).isFalse();
    }

    @Test
    void itBeginsWithALogin() {
        catchUp.loggedIn(now);

        assertThat(goesOn()).isTrue();
    }

    @Test
    void withoutAnArchiveItEndsWhenThePingAfterThePresenceIsAnswered() {
        catchUp.loggedIn(now);
        catchUp.present(now);
        pass(Duration.ofSeconds(90));
        assertThat(goesOn()).isTrue();

        catchUp.pingAnswered();

        assertThat(goesOn()).isFalse();
    }

    @Test
    void onlyTheFirstPresenceOfALoginIsFollowedByAPing() {
        catchUp.loggedIn(now);
        assertThat(catchUp.present(now)).isTrue();
        assertThat(catchUp.present(now)).isFalse();

        catchUp.loggedIn(now);
        assertThat(catchUp.present(now)).isTrue();
    }

    @Test
    void anApplicationThatNeverSendsPresenceHasCaughtUpAfterAMinute() {
        catchUp.loggedIn(now);
        assertEndsAfter(CatchUp.QUIET);
    }

    @Test
    void aPresenceThatComesLateBeginsItAgain() {
        catchUp.loggedIn(now);
        pass(Duration.ofMinutes(20));
        assertThat(goesOn()).isFalse();

        catchUp.present(now);
        assertThat(goesOn()).isTrue();
        catchUp.pingAnswered();
        assertThat(goesOn()).isFalse();
    }

    @Test
    void aPresenceAfterAPingBeginsItAgain() {
        catchUp.loggedIn(now);
        catchUp.pingAnswered();
        assertThat(goesOn()).isFalse();

        catchUp.present(now);

        assertThat(goesOn()).isTrue();
    }

    @Test
    void aPingThatIsNeverAnsweredEndsItAfterTenMinutes() {
        catchUp.loggedIn(now);
        catchUp.present(now);

        assertEndsAfter(CatchUp.LONGEST);
    }

    @Test
    void anApplicationThatPagesToTheEndHasCaughtUpThere() {
        offlineMessagesHaveCome();
        for (int page = 0; page < 10; page++) {
            catchUp.pageAsked("page " + page, now);
            pass(Duration.ofSeconds(10));
            catchUp.archivedMessage(now);
            assertThat(goesOn()).isTrue();
            catchUp.pageEnded("page " + page, page == 9, now);
            pass(Duration.ofSeconds(20));
        }

        assertThat(goesOn()).isFalse();
    }

    @Test
    void anApplicationThatStopsInTheMiddleHasCaughtUpAMinuteLater() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("page", now);
        catchUp.pageEnded("page", false, now);

        assertEndsAfter(CatchUp.QUIET);
    }

    @Test
    void anArchiveThatDoesNotAnswerIsWaitedForAMinute() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("page", now);

        assertEndsAfter(CatchUp.QUIET);
    }

    @Test
    void eachMessageOfThePageIsASign() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("page", now);
        pass(Duration.ofSeconds(50));

        catchUp.archivedMessage(now);

        assertEndsAfter(CatchUp.QUIET);
    }

    @Test
    void anArchiveThatRefusesIsNotWaitedFor() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("page", now);

        catchUp.requestFailed("another request");
        assertThat(goesOn()).isTrue();
        catchUp.requestFailed("page");
        assertThat(goesOn()).isFalse();
    }

    @Test
    void ofTwoArchivesBothMustBeRead() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("ours 1", now);
        catchUp.pageAsked("room 1", now);

        catchUp.pageEnded("ours 1", false, now);
        catchUp.pageEnded("room 1", true, now);
        assertThat(goesOn()).isTrue();
        catchUp.pageAsked("ours 2", now);
        assertThat(goesOn()).isTrue();
        catchUp.pageEnded("ours 2", true, now);

        assertThat(goesOn()).isFalse();
    }

    @Test
    void anArchiveThatWasAskedForBeforeWeLookedCountsToo() {
        catchUp.archivedMessage(now);
        assertThat(goesOn()).isTrue();

        catchUp.pageEnded("page", true, now);

        assertThat(goesOn()).isFalse();
    }

    @Test
    void whoReadsTheArchiveLaterCatchesUpAgain() {
        offlineMessagesHaveCome();
        pass(Duration.ofHours(1));
        assertThat(goesOn()).isFalse();

        catchUp.pageAsked("page", now);

        assertThat(goesOn()).isTrue();
    }

    @Test
    void whilePagesComeItEndsAfterTenMinutesForGood() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("page 0", now);
        for (int second = 0; second < 630; second += 30) {
            catchUp.pageEnded("page " + second, false, now);
            catchUp.pageAsked("page " + (second + 30), now);
            assertThat(goesOn()).as("after %s s", second).isEqualTo(second < 600);
            pass(Duration.ofSeconds(30));
        }

        pass(CatchUp.QUIET);
        catchUp.pageAsked("another time", now);
        assertThat(goesOn()).isTrue();
    }

    @Test
    void aNewLoginWaitsForNothingOfTheOneBefore() {
        offlineMessagesHaveCome();
        catchUp.pageAsked("page", now);

        offlineMessagesHaveCome();

        assertThat(goesOn()).isFalse();
    }

    private void offlineMessagesHaveCome() {
        catchUp.loggedIn(now);
        catchUp.present(now);
        catchUp.pingAnswered();
    }

    private void assertEndsAfter(Duration time) {
        assertThat(catchUp.until()).isEqualTo(now.plus(time));
        pass(time.minusNanos(1));
        assertThat(goesOn()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(goesOn()).isFalse();
    }

    private boolean goesOn() {
        return catchUp.isGoingOn(now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }
}
