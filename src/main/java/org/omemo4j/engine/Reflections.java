/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import org.omemo4j.crypto.Bytes;

/** Which messages of this device to rooms have not come back yet. A room sends each back once; what comes back on the same way later is a replay. Used under the engine's lock. */
final class Reflections {
    /** As many as the journal holds in memory: without an entry there, nothing is read. */
    private static final int MAX_EXPECTED = Journal.MAX_MESSAGES;

    private final Set<Bytes> expected = new LinkedHashSet<>();

    /** A message with this hash leaves for a room in this step. */
    void expect(Step step, Bytes hash) {
        step.afterCommit(() -> {
            expected.add(hash);
            if (expected.size() > MAX_EXPECTED) {
                expected.remove(expected.iterator().next());
            }
        });
    }

    /** It comes back. @return whether this is the first time. */
    boolean isFirst(Step step, Bytes hash) {
        step.afterCommit(() -> expected.remove(hash));
        return expected.contains(hash);
    }
}
