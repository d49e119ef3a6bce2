/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/** How to take back the step that is being written, newest write first. Not thread-safe. */
final class UndoLog {

    private final Deque<Runnable> undos = new ArrayDeque<>();

    /** Remembers how one write is taken back. */
    void add(Runnable undo) {
        undos.push(undo);
    }

    /** The step stands. */
    void forget() {
        undos.clear();
    }

    /** Takes the whole step back. */
    void rollBack() {
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }
}
