/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether messages from before are still coming in. Then used prekeys stay hidden, answers wait, and commits go in batches. Used under the engine's lock. */
final class Backlog {
    private @Nullable Instant since;

    /** They may, from now on. */
    void begin(Instant now) {
        since = now;
    }

    /** They have all come. */
    void end() {
        since = null;
    }

    boolean isOpen(Instant now) {
        return Optional.ofNullable(since)
                .filter(begun -> now.isBefore(begun.plus(OmemoEngine.LONGEST_CATCHING_UP)))
                .isPresent();
    }
}
