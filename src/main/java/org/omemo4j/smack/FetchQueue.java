/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.DomainBareJid;

/**
 * Requests that wait for their turn at a server: one that answers slowly, or not at all, holds up only its own, and what a message waits for goes ahead of what nobody does. On the worker only.
 *
 * @param <R> what a request is known by.
 */
final class FetchQueue<R> {
    /** Requests to one server at a time. A room of 100 members asks for 200 lists and 300 bundles; servers take such a number within a second, and some limit what they take at once. */
    static final int AT_ONCE = 32;

    private final Map<DomainBareJid, Lane<R>> lanes = new HashMap<>();

    private record Request<R>(R name, Worker.Task send) {}

    private static final class Lane<R> {
        private final Deque<Request<R>> first = new ArrayDeque<>();
        private final Deque<Request<R>> waiting = new ArrayDeque<>();

        /** What was sent and has not ended. */
        private final Set<R> sent = new LinkedHashSet<>();

        private int answers;
        private boolean starting;

        boolean isWaitedFor() {
            return !first.isEmpty() || !waiting.isEmpty();
        }

        Request<R> next() {
            return first.isEmpty() ? waiting.remove() : first.remove();
        }
    }

    /** Sends it when it is its turn. */
    void add(DomainBareJid server, R name, Worker.Task send) throws Exception {
        Lane<R> lane = lanes.computeIfAbsent(server, domain -> new Lane<>());
        lane.waiting.add(new Request<>(name, send));
        start(server, lane);
    }

    /** If it waits, it waits ahead of what does not wait so from now on. */
    void hurry(DomainBareJid server, R name) {
        Lane<R> lane = lanes.get(server);
        if (lane != null) {
            lane.waiting.stream()
                    .filter(request -> request.name().equals(name))
                    .findFirst()
                    .ifPresent(request -> {
                        lane.waiting.remove(request);
                        lane.first.add(request);
                    });
        }
    }

    /** The server has answered. */
    void answered(DomainBareJid server) {
        Lane<R> lane = lanes.get(server);
        if (lane != null) {
            lane.answers++;
        }
    }

    /** How often it has, as long as it has something of ours. */
    int answers(DomainBareJid server) {
        @Nullable Lane<R> lane = lanes.get(server);
        return lane == null ? 0 : lane.answers;
    }

    /** A request has ended, perhaps before its turn: then it is not sent. */
    void ended(DomainBareJid server, R name) throws Exception {
        Lane<R> lane = lanes.get(server);
        if (lane != null) {
            lane.sent.remove(name);
            lane.first.removeIf(request -> request.name().equals(name));
            lane.waiting.removeIf(request -> request.name().equals(name));
            start(server, lane);
        }
    }

    /** Nothing that this server was asked, or is going to be, is to be waited for. @return all of it. */
    List<R> leave(DomainBareJid server) {
        List<R> left = new ArrayList<>();
        Lane<R> lane = lanes.remove(server);
        if (lane != null) {
            left.addAll(lane.sent);
            while (lane.isWaitedFor()) {
                left.add(lane.next().name());
            }
        }
        return left;
    }

    /** In a loop, not from within: one that cannot be sent ends at once. */
    private void start(DomainBareJid server, Lane<R> lane) throws Exception {
        if (lane.starting) {
            return;
        }
        lane.starting = true;
        FirstFailure failure = new FirstFailure();
        try {
            while (lane.sent.size() < AT_ONCE && lane.isWaitedFor()) {
                Request<R> next = lane.next();
                lane.sent.add(next.name());
                failure.run(next.send());
            }
        } finally {
            lane.starting = false;
        }
        if (lane.sent.isEmpty() && !lane.isWaitedFor()) {
            lanes.remove(server, lane);
        }
        failure.rethrow();
    }
}
