/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.ReplacementRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustLevel;

/**
 * Empty messages that are owed: to complete a session, as a heartbeat, or to begin a session in the place of another. That one is owed is in the store at once; the one decision here
 * is whether it is sent now or later. Used under the engine's lock.
 */
final class Owed {
    private final State state;

    Owed(State state) {
        this.state = state;
    }

    /** Whether an empty message may go to a key of this worth. */
    static boolean mayGo(OmemoVersion version, TrustLevel level) {
        return level.mayRead() || (level == TrustLevel.UNDECIDED && version.completesSessionsOfStrangers());
    }

    /** One is owed because of a message that was read, or could not be. Old messages come one after the other: what they ask for is sent once, when all of them are read. */
    void after(Step step, IncomingMessage message, DeviceAddress device, OmemoVersion version) {
        if (!message.delivery().isKept() && !state.backlog().isOpen(step.now())) {
            step.act(new Action.SendEmptyMessage(device, version));
        }
    }

    /** All that are owed, one to a device in each version: its sessions there are apart from each other. */
    void pay(Step step) throws StoreException {
        for (OmemoVersion version : state.versions()) {
            for (SessionRecord row : step.store().sessionsOwingEmptyMessage(version.namespace())) {
                step.act(new Action.SendEmptyMessage(row.address(), version));
            }
            for (ReplacementRecord row : step.store().replacementsOwed(version.namespace())) {
                step.act(new Action.SendEmptyMessage(row.address(), version));
            }
        }
    }
}
