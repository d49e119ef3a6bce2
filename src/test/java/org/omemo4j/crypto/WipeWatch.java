/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands at the door through which every temporary array leaves: remembers what it held, and can say what it holds now. */
public final class WipeWatch implements AutoCloseable, Wipe.Witness {

    private final List<Object> arrays = new CopyOnWriteArrayList<>();
    private final List<Bytes> contents = new CopyOnWriteArrayList<>();

    private WipeWatch() {}

    /** Begins to watch, until closed. */
    public static WipeWatch begin() {
        WipeWatch watch = new WipeWatch();
        Wipe.witness(watch);
        return watch;
    }

    /** How many arrays went; none went when nothing was derived. */
    public int count() {
        return arrays.size();
    }

    /** Whether a byte array held these bytes, alone or among others, just before it was wiped. */
    public boolean sawHeld(Bytes secret) {
        return contents.stream().anyMatch(content -> content.toHex().contains(secret.toHex()));
    }

    /** Whether a byte array held these bytes, alone or among others, just before it was wiped. */
    public boolean sawHeld(Secret secret) {
        return sawHeld(Bytes.of(secret.reveal()));
    }

    /** Whether every array that went is full of zeros now. */
    public boolean allZeroNow() {
        return arrays.stream()
                .allMatch(array -> array instanceof byte[] bytes
                        ? Arrays.equals(bytes, new byte[bytes.length])
                        : array instanceof int[] ints && Arrays.equals(ints, new int[ints.length]));
    }

    @Override
    public void wiping(byte[] array) {
        arrays.add(array);
        contents.add(Bytes.of(array));
    }

    @Override
    public void wiping(int[] array) {
        // Limbs show up here only to be looked at later: what they held, a byte array held as well.
        arrays.add(array);
    }

    @Override
    public void close() {
        Wipe.witness(null);
    }
}
