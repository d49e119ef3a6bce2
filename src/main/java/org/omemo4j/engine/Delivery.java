/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/** The way a message came. */
public enum Delivery {
    /** Sent just now. */
    LIVE,
    /** Kept by our server while we were away. */
    OFFLINE,
    /** A copy of what another of our clients received or sent. */
    CARBON,
    /** From a message archive: our account's, or a room's. */
    ARCHIVE,
    /** What was said in a room before we came, as the room tells it to who enters. */
    HISTORY;

    /** Whether somebody has kept it for whoever asks, so that it may come more than once and long after it was sent. */
    public boolean isKept() {
        return this == ARCHIVE || this == HISTORY;
    }

    /** Whether a message may come this way that has come before, and then reads again. On the other ways that is a replay. */
    boolean mayRepeat() {
        return this != LIVE && this != OFFLINE;
    }
}
