/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;

/**
 * What came of taking a device off its account.
 *
 * @param left what is still on the server, in words; empty when nothing is.
 * @param reaction what follows.
 */
public record Departure(List<String> left, Reaction reaction) {
    public Departure {
        left = List.copyOf(left);
    }
}
