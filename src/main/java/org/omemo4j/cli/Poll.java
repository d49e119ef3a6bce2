/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * Asks again and again about what nobody tells: that another process lets go of a store's lock, or has written its log, or what the library knows of a room. Whatever else happens in
 * this process is awaited, not asked for.
 */
final class Poll {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Poll() {}

    /** A look at something outside. */
    @FunctionalInterface
    interface Question<T, E extends Exception> {
        T ask() throws E;
    }

    /** Asks at least once. @return the first answer that is enough, or the last one before the deadline. */
    static <T, E extends Exception> T until(Deadline deadline, Predicate<T> enough, Question<T, E> question)
            throws E, InterruptedException {
        T answer = question.ask();
        while (!enough.test(answer) && !deadline.isOver()) {
            Thread.sleep(PAUSE.toMillis());
            answer = question.ask();
        }
        return answer;
    }
}
