/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The end of every temporary array with a secret in it.  There is one door, so that a test can stand at it, see what an array
 * held, and see later that nothing is left.
 */
final class Wipe {

    /** Told of each array just before it is overwritten. */
    interface Witness {
        void wiping(byte[] array);

        void wiping(int[] array);
    }

    private static volatile @Nullable Witness witness;

    private Wipe() {}

    static void clear(byte[] array) {
        Witness present = witness;
        if (present != null) {
            present.wiping(array);
        }
        Arrays.fill(array, (byte) 0);
    }

    static void clear(int[] array) {
        Witness present = witness;
        if (present != null) {
            present.wiping(array);
        }
        Arrays.fill(array, 0);
    }

    /** For tests; {@code null} sends the witness home. */
    static void witness(@Nullable Witness witness) {
        Wipe.witness = witness;
    }
}
