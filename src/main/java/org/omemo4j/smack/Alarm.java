/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Rings at the time that it is set to, which may change. Whoever forgets this object ends it, too. Thread-safe. */
final class Alarm {
    private final Maintenance.Timer timer;
    private final InstantSource clock;
    private final Runnable work;
    private Optional<Instant> set = Optional.empty();
    private Runnable cancel = () -> {};
    private boolean closed;

    /** @param work must not wait. */
    Alarm(Maintenance.Timer timer, InstantSource clock, Runnable work) {
        this.timer = timer;
        this.clock = clock;
        this.work = work;
    }

    /** Rings then, and not when it was set to before; a time that is over is now. */
    synchronized void set(Optional<Instant> time) {
        if (closed || set.equals(time)) {
            return;
        }
        cancel.run();
        cancel = () -> {};
        set = time;
        if (time.isPresent()) {
            Duration wait = Duration.between(clock.instant(), time.get());
            // A little later, for timers count in whole milliseconds and the engine's clock does not.
            cancel = timer.after(
                    (wait.isNegative() ? Duration.ZERO : wait).plusMillis(1),
                    ring(new WeakReference<>(this), time.get()));
        }
    }

    synchronized void close() {
        closed = true;
        cancel.run();
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable ring(WeakReference<Alarm> alarm, Instant time) {
        return () -> {
            Alarm present = alarm.get();
            if (present != null) {
                present.rings(time);
            }
        };
    }

    private synchronized void rings(Instant time) {
        if (!closed && set.equals(Optional.of(time))) {
            set = Optional.empty();
            work.run();
        }
    }
}
