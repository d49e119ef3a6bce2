/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.security.SecureRandom;
import java.util.Random;

/** A random source that a seed repeats; print the seed, and a failure can be had again. */
public final class SeededRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final Random random;

    /** A source that always gives the same bytes for the same seed. */
    public SeededRandom(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        random.nextBytes(bytes);
    }
}
