/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.time.Instant;

/** Instants as 64-bit numbers of nanoseconds since 1970: exact, in order, from 1678 to 2261. */
final class Nanoseconds {

    private static final long PER_SECOND = 1_000_000_000;

    private Nanoseconds() {}

    static long of(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("an instant outside the years 1678 to 2261: " + instant, e);
        }
    }

    static Instant toInstant(long nanoseconds) {
        return Instant.ofEpochSecond(Math.floorDiv(nanoseconds, PER_SECOND), Math.floorMod(nanoseconds, PER_SECOND));
    }
}
