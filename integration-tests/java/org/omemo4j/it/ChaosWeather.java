/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Says what happens to each stanza on one way of one device. The same seed says the same of the same stanzas; when they come is up to the threads. Calm until the storm is
 * called. Thread-safe.
 */
final class ChaosWeather {
    /** What happens to a stanza. */
    enum Fate {
        PASSES,
        /** It waits, and so does what comes behind it. */
        LATE,
        /** The next one overtakes it. */
        OVERTAKEN,
        TWICE,
        /** It is lost with all that comes behind it, until the connection ends soon after: as a network loses. */
        LOST,
        /** The connection ends behind it. */
        CUT,
        /** The connection ends in the middle of it. */
        CUT_INSIDE
    }

    private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final Random random;
    private final Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    private boolean storm;

    ChaosWeather(long seed) {
        random = new Random(seed);
    }

    /** @param on or calm again. */
    synchronized void storm(boolean on) {
        storm = on;
    }

    /** @param mayRepeat whether it may come twice or later than the next one. */
    synchronized Fate next(boolean mayRepeat) {
        if (!storm) {
            return Fate.PASSES;
        }
        Fate fate = fate(random.nextInt(1000));
        if (!mayRepeat && (fate == Fate.TWICE || fate == Fate.OVERTAKEN)) {
            fate = Fate.PASSES;
        }
        counts.merge(fate, 1, Integer::sum);
        return fate;
    }

    /** How long a late one waits. */
    synchronized long delayNanos() {
        return (long) (random.nextDouble() * LATEST_NANOS);
    }

    /** Whether the server is to forget the stream that a client wants to resume. */
    synchronized boolean forgetsStream() {
        return storm && random.nextInt(3) == 0;
    }

    synchronized int count(Fate fate) {
        return counts.getOrDefault(fate, 0);
    }

    // In a thousand. A connection ends about every 250 stanzas of one way.
    private static Fate fate(int roll) {
        if (roll < 1) {
            return Fate.CUT;
        }
        if (roll < 2) {
            return Fate.CUT_INSIDE;
        }
        if (roll < 4) {
            return Fate.LOST;
        }
        if (roll < 30) {
            return Fate.LATE;
        }
        if (roll < 100) {
            return Fate.TWICE;
        }
        return roll < 200 ? Fate.OVERTAKEN : Fate.PASSES;
    }
}
