/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions. The bound is there for a test that fails; one that passes goes on at once. */
final class Await {
    /** Far longer than anything here takes on a loaded machine. */
    static final Duration LONG = Duration.ofSeconds(30);

    private static final long PAUSE_NANOS = 2_000_000;

    private Await() {}

    /** Returns as soon as the condition holds. */
    static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition);
    }

    /** The same with a text that is made when it is needed: it may tell what came instead. */
    static void until(Supplier<String> what, BooleanSupplier condition) {
        until(LONG, what, condition);
    }

    /** The same for what takes its time by design. */
    static void until(Duration limit, Supplier<String> what, BooleanSupplier condition) {
        value(limit, what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /** Returns the value as soon as there is one. */
    static <T> T value(Supplier<String> what, Supplier<Optional<T>> source) {
        return value(LONG, what, source);
    }

    private static <T> T value(Duration limit, Supplier<String> what, Supplier<Optional<T>> source) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> value = source.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("Waited " + limit.toSeconds() + " s in vain for: " + what.get());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted while waiting for: " + what.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
