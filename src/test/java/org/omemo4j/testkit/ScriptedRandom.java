/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * A random source that gives what a test has queued, and nothing else: a draw that was not queued, or of another size than the
 * next entry, fails.
 */
public final class ScriptedRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient Deque<byte[]> queue = new ArrayDeque<>();

    /** Queues the answer to the next draw of that size. */
    public ScriptedRandom then(Bytes bytes) {
        queue.add(bytes.toByteArray());
        return this;
    }

    /** Queues the answer to the next draw of that size. */
    public ScriptedRandom then(Secret bytes) {
        queue.add(bytes.reveal());
        return this;
    }

    /** Whether everything that was queued has been drawn. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        byte[] next = queue.poll();
        if (next == null) {
            throw new AssertionError("a draw of " + bytes.length + " bytes, and nothing is queued");
        }
        if (next.length != bytes.length) {
            throw new AssertionError("a draw of " + bytes.length + " bytes, and " + next.length + " are queued");
        }
        System.arraycopy(next, 0, bytes, 0, bytes.length);
    }
}
