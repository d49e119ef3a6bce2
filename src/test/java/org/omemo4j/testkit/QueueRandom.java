/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import org.omemo4j.crypto.Bytes;

/** Gives out queued keys to whoever draws 32 bytes; all else follows from a fixed seed. */
public final class QueueRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private static final int KEY = 32;

    private final SeededRandom others = new SeededRandom(1);
    private final transient Deque<Bytes> queue = new ArrayDeque<>();

    /** Queues the answer to the next draw of 32 bytes. */
    public void then(Bytes key) {
        queue.add(key);
    }

    /** Whether everything that was queued has been drawn. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        if (bytes.length == KEY && !queue.isEmpty()) {
            System.arraycopy(queue.remove().toByteArray(), 0, bytes, 0, KEY);
        } else {
            others.nextBytes(bytes);
        }
    }
}
