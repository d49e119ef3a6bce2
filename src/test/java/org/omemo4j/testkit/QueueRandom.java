/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.omemo4j.crypto.Bytes;

/** Gives out what was queued to whoever draws as many bytes; all else follows from a fixed seed. */
public final class QueueRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final SeededRandom others = new SeededRandom(1);
    private final transient Map<Integer, Deque<Bytes>> queues = new HashMap<>();

    /** Queues the answer to the next draw of that size. */
    public void then(Bytes bytes) {
        queues.computeIfAbsent(bytes.size(), size -> new ArrayDeque<>()).add(bytes);
    }

    /** Whether everything that was queued has been drawn. */
    public boolean isEmpty() {
        return queues.values().stream().allMatch(Deque::isEmpty);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        Deque<Bytes> queue = queues.getOrDefault(bytes.length, new ArrayDeque<>());
        if (queue.isEmpty()) {
            others.nextBytes(bytes);
        } else {
            System.arraycopy(queue.remove().toByteArray(), 0, bytes, 0, bytes.length);
        }
    }
}
