/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;

/** The end of the time that a command has. */
final class Deadline {
    private final Duration time;
    private final long end;

    private Deadline(Duration time) {
        this.time = time;
        this.end = System.nanoTime() + time.toNanos();
    }

    /** From now on. */
    static Deadline in(Duration time) {
        return new Deadline(time);
    }

    /** What is left, never negative. */
    Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    boolean isOver() {
        return remaining().isZero();
    }

    /** The whole time, for sentences: {@code 30 s}. */
    @Override
    public String toString() {
        return WaitTime.text(time);
    }
}
