/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.Optional;

/** What became of a decision about an identity key. */
public sealed interface TrustChange {

    /**
     * It stands, and is in the journal.
     *
     * @param from what the key was worth before, by a decision or the policy.
     * @param to what it is worth now; the same level where the policy had said so before.
     * @param warning a sentence that a person should read.
     */
    record Changed(TrustLevel from, TrustLevel to, Optional<String> warning) implements TrustChange {}

    /** The same had been decided before. */
    record Unchanged(TrustLevel level) implements TrustChange {}

    /**
     * Nothing was changed.
     *
     * @param reason for programs.
     * @param sentence for people; names the remedy.
     */
    record Refused(TrustRefusal reason, String sentence) implements TrustChange {}
}
