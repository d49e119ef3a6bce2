/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.Locale;

/**
 * What a headline must reach.
 *
 * @param kind how measured and floor are compared
 * @param limit a factor, a share or nanoseconds, as the kind has it
 */
record Target(Kind kind, double limit) {

    private static final double MILLISECOND = 1e6;

    /** How measured and floor are compared. */
    enum Kind {
        /** Measured over floor, at most so much. */
        TIMES_FLOOR,
        /** Floor over measured: throughput as a share of the floor's, at least so much. */
        SHARE_OF_FLOOR,
        /** Measured less floor, at most so many nanoseconds. */
        MORE_THAN_FLOOR,
        /** Measured, at most so many nanoseconds; there is no floor. */
        TIME,
        /** Told for information: measured over floor. */
        NONE
    }

    static Target timesFloor(double factor) {
        return new Target(Kind.TIMES_FLOOR, factor);
    }

    static Target shareOfFloor(double share) {
        return new Target(Kind.SHARE_OF_FLOOR, share);
    }

    static Target millisecondsMoreThanFloor(double milliseconds) {
        return new Target(Kind.MORE_THAN_FLOOR, milliseconds * MILLISECOND);
    }

    static Target milliseconds(double milliseconds) {
        return new Target(Kind.TIME, milliseconds * MILLISECOND);
    }

    static Target none() {
        return new Target(Kind.NONE, 0);
    }

    /** The figure that is held against the limit; {@code floor} is not looked at where there is none. */
    double figure(double measured, double floor) {
        return switch (kind) {
            case TIMES_FLOOR, NONE -> measured / floor;
            case SHARE_OF_FLOOR -> floor / measured;
            case MORE_THAN_FLOOR -> measured - floor;
            case TIME -> measured;
        };
    }

    String text(double figure) {
        return switch (kind) {
            case TIMES_FLOOR, NONE -> String.format(Locale.ROOT, "%.2f", figure);
            case SHARE_OF_FLOOR -> String.format(Locale.ROOT, "%.0f %%", 100 * figure);
            case MORE_THAN_FLOOR -> String.format(Locale.ROOT, "%+.0f ms", figure / MILLISECOND);
            case TIME -> String.format(Locale.ROOT, "%.1f ms", figure / MILLISECOND);
        };
    }

    String text() {
        return switch (kind) {
            case TIMES_FLOOR, TIME, MORE_THAN_FLOOR -> "<= " + text(limit);
            case SHARE_OF_FLOOR -> ">= " + text(limit);
            case NONE -> "-";
        };
    }

    String verdict(double figure) {
        return switch (kind) {
            case NONE -> "-";
            case SHARE_OF_FLOOR -> figure >= limit ? "yes" : "no";
            case TIMES_FLOOR, TIME, MORE_THAN_FLOOR -> figure <= limit ? "yes" : "no";
        };
    }
}
