/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.Optional;

/**
 * What a store has for the row that {@link DoubleRatchet#lookup} asked for.
 *
 * @param row the skipped key, if it is there
 * @param closedChain whether the ratchet key belongs to a chain that was closed
 */
public record StoredKeys(Optional<SkippedMessageKey> row, boolean closedChain) {

    /** Nothing is stored, or nothing was asked for. */
    public static final StoredKeys NONE = new StoredKeys(Optional.empty(), false);
}
