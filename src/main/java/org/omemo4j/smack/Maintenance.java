/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;

/**
 * When maintenance is due: some time after each login that resumed no stream, and from then on every hour. Whoever forgets this object ends it, too. Thread-safe.
 */
final class Maintenance {
    /** By then what was sent while we were away has come: hidden prekeys go. */
    static final Duration FIRST = Duration.ofMinutes(10);

    static final Duration NEXT = Duration.ofHours(1);

    private final Timer timer;
    private final Runnable work;
    private Runnable cancel = () -> {};
    private int round;
    private boolean closed;

    /** Runs things later. */
    interface Timer {
        /** @return what takes it back. */
        Runnable after(Duration delay, Runnable task);
    }

    /** @param work must not wait. */
    Maintenance(Timer timer, Runnable work) {
        this.timer = timer;
        this.work = work;
    }

    /** After each login that resumed no stream. */
    synchronized void loggedIn() {
        next(FIRST);
    }

    synchronized void close() {
        closed = true;
        cancel.run();
    }

    private void next(Duration delay) {
        if (closed) {
            return;
        }
        cancel.run();
        round++;
        cancel = timer.after(delay, later(new WeakReference<>(this), round));
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable later(WeakReference<Maintenance> maintenance, int round) {
        return () -> {
            Maintenance present = maintenance.get();
            if (present != null) {
                present.due(round);
            }
        };
    }

    /** @param due a login may have come between the timer and this. */
    private synchronized void due(int due) {
        if (!closed && due == round) {
            work.run();
            next(NEXT);
        }
    }
}
