/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.concurrent.Callable;

/** Calls of Smack, whose many checked exceptions all mean that a test fails. */
final class Smack {
    /** Something that may throw. */
    interface Action {
        void run() throws Exception;
    }

    private Smack() {}

    static void run(Action action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    static <T> T call(Callable<T> action) {
        try {
            return action.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
