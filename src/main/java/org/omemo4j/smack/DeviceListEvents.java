/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.Reaction;
import org.omemo4j.smack.Account.Opened;
import org.omemo4j.store.StoreException;

/** Hands device list events to the engine, on the worker. Of a storm of them, the last one of each account counts. */
final class DeviceListEvents {
    /** Accounts with an event that waits; guarded by itself. Bounds what a storm can make us keep. */
    private static final int MAX_WAITING = 10_000;

    private final Map<Key, DeviceListEvent> waiting = new LinkedHashMap<>();

    private record Key(BareJid account, String version) {}

    /** Cheap. */
    void received(DeviceListEvent event, Account account) {
        boolean first;
        synchronized (waiting) {
            if (waiting.size() >= MAX_WAITING) {
                return; // it is fetched when it is needed
            }
            first = waiting.put(new Key(event.account(), event.version().namespace()), event) == null;
        }
        if (first) {
            account.later(open -> handle(event, open));
        }
    }

    private void handle(DeviceListEvent first, Opened open) throws Exception {
        DeviceListEvent event;
        synchronized (waiting) {
            event = waiting.remove(new Key(first.account(), first.version().namespace()));
        }
        if (event != null) {
            open.runner().perform(tell(event, open.engine()));
        }
    }

    private static Reaction tell(DeviceListEvent event, OmemoEngine engine) throws StoreException {
        return switch (event.change()) {
            case PUBLISHED, EMPTIED ->
                engine.deviceListEvent(event.account(), event.version(), event.list(), event.publisher());
            case MALFORMED -> engine.deviceListMalformed(event.account(), event.version());
            case ANNOUNCED -> engine.deviceListChanged(event.account(), event.version());
        };
    }
}
