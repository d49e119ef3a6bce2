/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jxmpp.jid.DomainBareJid;

/** Requests that wait for their turn at a server: one that answers slowly, or not at all, holds up only its own. On the worker only. */
final class FetchQueue {
    /** Requests to one server at a time. A room of 100 members asks for 200 lists and 300 bundles; servers take such a number within a second, and some limit what they take at once. */
    static final int AT_ONCE = 32;

    private final Map<DomainBareJid, Lane> lanes = new HashMap<>();

    private static final class Lane {
        private final Deque<Worker.Task> waiting = new ArrayDeque<>();
        private int running;
        private boolean starting;
    }

    /** Sends it when it is its turn. */
    void add(DomainBareJid server, Worker.Task request) throws Exception {
        Lane lane = lanes.computeIfAbsent(server, domain -> new Lane());
        lane.waiting.add(request);
        start(server, lane);
    }

    /** One of those that were sent has ended. */
    void ended(DomainBareJid server) throws Exception {
        Lane lane = lanes.get(server);
        if (lane != null) {
            lane.running--;
            start(server, lane);
        }
    }

    /** In a loop, not from within: one that cannot be sent ends at once. */
    private void start(DomainBareJid server, Lane lane) throws Exception {
        if (lane.starting) {
            return;
        }
        lane.starting = true;
        try {
            while (lane.running < AT_ONCE && !lane.waiting.isEmpty()) {
                lane.running++;
                lane.waiting.remove().run();
            }
        } finally {
            lane.starting = false;
        }
        if (lane.running == 0 && lane.waiting.isEmpty()) {
            lanes.remove(server, lane);
        }
    }
}
