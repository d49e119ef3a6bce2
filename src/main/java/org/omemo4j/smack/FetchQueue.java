/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.DomainBareJid;

/**
 * Requests that wait for their turn at a server: one that answers slowly, or not at all, holds up only its own. On the worker only.
 *
 * @param <R> what a request is known by.
 */
final class FetchQueue<R> {
    /** Requests to one server at a time. A room of 100 members asks for 200 lists and 300 bundles; servers take such a number within a second, and some limit what they take at once. */
    static final int AT_ONCE = 32;

    private final LongSupplier nanoTime;
    private final Map<DomainBareJid, Lane<R>> lanes = new HashMap<>();

    private record Request<R>(R name, Worker.Task send) {}

    private static final class Lane<R> {
        private final Deque<Request<R>> waiting = new ArrayDeque<>();

        /** What was sent and has not ended, and when. */
        private final Map<R, Long> sent = new HashMap<>();

        /** When the server last answered, or when we began to ask. */
        private long heard;

        private boolean starting;

        Lane(long now) {
            heard = now;
        }
    }

    /** @param nanoTime as {@link System#nanoTime()}. */
    FetchQueue(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Sends it when it is its turn. */
    void add(DomainBareJid server, R name, Worker.Task send) throws Exception {
        Lane<R> lane = lanes.computeIfAbsent(server, domain -> new Lane<>(nanoTime.getAsLong()));
        lane.waiting.add(new Request<>(name, send));
        start(server, lane);
    }

    /** The server has answered one of those that were sent. */
    void answered(DomainBareJid server) {
        Lane<R> lane = lanes.get(server);
        if (lane != null) {
            lane.heard = nanoTime.getAsLong();
        }
    }

    /** One of those that were sent has ended, or is waited for no more. */
    void ended(DomainBareJid server, R name) throws Exception {
        Lane<R> lane = lanes.get(server);
        if (lane != null && lane.sent.remove(name) != null) {
            start(server, lane);
        }
    }

    /** Whether this was sent so long ago, and the server has answered nothing since. */
    boolean isUnansweredFor(Duration time, DomainBareJid server, R name) {
        @Nullable Lane<R> lane = lanes.get(server);
        @Nullable Long sent = lane == null ? null : lane.sent.get(name);
        if (lane == null || sent == null) {
            return false;
        }
        long now = nanoTime.getAsLong();
        return Math.min(now - sent, now - lane.heard) >= time.toNanos();
    }

    /** In a loop, not from within: one that cannot be sent ends at once. */
    private void start(DomainBareJid server, Lane<R> lane) throws Exception {
        if (lane.starting) {
            return;
        }
        lane.starting = true;
        FirstFailure failure = new FirstFailure();
        try {
            while (lane.sent.size() < AT_ONCE && !lane.waiting.isEmpty()) {
                Request<R> next = lane.waiting.remove();
                lane.sent.put(next.name(), nanoTime.getAsLong());
                failure.run(next.send());
            }
        } finally {
            lane.starting = false;
        }
        if (lane.sent.isEmpty() && lane.waiting.isEmpty()) {
            lanes.remove(server, lane);
        }
        failure.rethrow();
    }
}
