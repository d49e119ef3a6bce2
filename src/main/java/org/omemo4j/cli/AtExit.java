/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

/** Something to do when the process is told to end, by Ctrl-C or a signal, before it has come to its own end. */
final class AtExit implements AutoCloseable {
    private final Thread hook;

    AtExit(Runnable what) {
        this.hook = new Thread(what, "omemo at exit");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** It is done, or no longer needed. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs.
        }
    }
}
