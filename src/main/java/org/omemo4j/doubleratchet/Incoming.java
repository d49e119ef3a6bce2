/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.List;
import java.util.Optional;

/**
 * One step of receiving, not yet believed: open the message with {@code messageKey} first, and only if that succeeds keep all the rest, at
 * once.
 *
 * @param next the next state
 * @param messageKey what opens the message
 * @param added skipped keys to store, numbers ascending
 * @param dropBelow skipped keys with a lower number go
 * @param used the stored skipped key that this message took; it goes
 * @param closed a chain that this step closed, to be stored
 * @param dropClosedBelow closed chains with a lower number go
 */
public record Incoming(
        RatchetState next,
        MessageKey messageKey,
        List<SkippedMessageKey> added,
        long dropBelow,
        Optional<SkippedKeyId> used,
        Optional<ClosedChain> closed,
        long dropClosedBelow) {

    /** Copies the list. */
    public Incoming {
        added = List.copyOf(added);
    }
}
