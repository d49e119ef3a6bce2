/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import org.jspecify.annotations.Nullable;

/** Tasks of which each runs, whatever an earlier one has thrown; the first that was thrown is thrown at the end. */
final class FirstFailure {
    private @Nullable Exception first;

    void run(Worker.Task task) throws InterruptedException {
        try {
            task.run();
        } catch (InterruptedException e) {
            throw e; // the worker ends
        } catch (Exception e) {
            if (first == null) {
                first = e;
            } else if (first != e) {
                first.addSuppressed(e);
            }
        }
    }

    /** At the end. */
    void rethrow() throws Exception {
        if (first != null) {
            throw first;
        }
    }
}
