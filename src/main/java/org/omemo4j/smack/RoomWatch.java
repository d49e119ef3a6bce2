/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.filter.StanzaFilter;
import org.jivesoftware.smack.packet.Stanza;

/** Lets {@link Rooms} see what comes in, ahead of everybody else. A filter that accepts nothing, for the reason that {@link DecryptingFilter} is one. */
final class RoomWatch implements StanzaFilter {
    private static final Logger LOGGER = Logger.getLogger(RoomWatch.class.getName());

    private final Lifecycle lifecycle;

    RoomWatch(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public boolean accept(Stanza stanza) {
        try {
            lifecycle.rooms().receives(stanza, lifecycle.self());
        } catch (Throwable t) { // an exception here would close the connection
            LOGGER.log(
                    Level.SEVERE,
                    "Looking at a stanza of a room failed with {0}.",
                    t.getClass().getName());
        }
        return false;
    }
}
