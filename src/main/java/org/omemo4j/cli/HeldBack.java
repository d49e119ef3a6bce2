/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** What comes in before a chat is ready, to be told behind that in the order in which it came. Whoever brings it does not wait. Thread-safe. */
final class HeldBack implements Executor {
    private final List<Runnable> held = new ArrayList<>();
    private boolean released;

    /** Holds it back, or does it now where nothing is held back any more. */
    @Override
    public void execute(Runnable what) {
        synchronized (held) {
            if (!released) {
                held.add(what);
                return;
            }
        }
        what.run();
    }

    /** Does all of it. What comes meanwhile is done behind it. */
    void release() {
        List<Runnable> next = taken();
        while (!next.isEmpty()) {
            next.forEach(Runnable::run);
            next = taken();
        }
    }

    /** Nothing is held back any more once there is none. */
    private List<Runnable> taken() {
        synchronized (held) {
            List<Runnable> taken = List.copyOf(held);
            held.clear();
            released = taken.isEmpty();
            return taken;
        }
    }
}
