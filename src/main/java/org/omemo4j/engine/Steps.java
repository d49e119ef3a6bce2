/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreConflictException;
import org.omemo4j.store.StoreException;

/**
 * Runs the engine's steps one after the other, each with one commit. When the store was written by somebody else, what is remembered in memory is forgotten and the step is
 * computed once more; a second conflict is thrown. After the end every step throws {@link EngineClosedException}. Thread-safe.
 */
final class Steps {
    /** Commits that go to the disk together, at the most: what a crash can take back. */
    static final int MAX_BATCH = 100;

    private final OmemoStore store;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private Forgetting forgetting = () -> {};

    /** Commits in the batch that is open. */
    private int batched;

    private long revision;
    private boolean closed;
    private Runnable last = () -> {};

    /** A computation; may be run twice. */
    @FunctionalInterface
    interface Computation<T> {
        T run(Step step) throws StoreException;
    }

    /** What brings memory back to what the store says. */
    @FunctionalInterface
    interface Forgetting {
        void run() throws StoreException;
    }

    Steps(OmemoStore store, InstantSource clock) throws StoreException {
        this.store = store;
        this.clock = clock;
        this.revision = store.revision();
    }

    /** What to do when memory may not agree with the store any more. */
    void onConflict(Forgetting action) {
        forgetting = action;
    }

    <T> T run(Computation<T> computation) throws StoreException {
        lock.lock();
        try {
            if (closed) {
                throw new EngineClosedException();
            }
            try {
                return once(computation);
            } catch (StoreConflictException conflict) {
                revision = store.revision();
                batched = 0;
                forgetting.run();
                return once(computation);
            }
        } finally {
            leave();
        }
    }

    /** Lets the step under way end, and begins no other. Then {@code action} runs, at the end of the step when it is called from within one. */
    void close(Runnable action) {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                last = action;
            }
        } finally {
            leave();
        }
    }

    /** Ends the batch, if one is open. */
    void settle() throws StoreException {
        run(step -> {
            if (batched > 0) {
                step.endBatch();
            }
            return step;
        });
    }

    private void leave() {
        try {
            if (lock.getHoldCount() == 1) {
                Runnable now = last;
                last = () -> {};
                now.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private <T> T once(Computation<T> computation) throws StoreException {
        Step step = new Step(store, revision, clock.instant());
        T result = computation.run(step);
        if (batched == MAX_BATCH - 1) {
            step.endBatch();
        }
        if (step.commit()) {
            revision++;
            batched = step.isBatched() ? batched + 1 : 0;
        }
        return result;
    }
}
