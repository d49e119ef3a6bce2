/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.util.Optional;
import org.omemo4j.protocol.DeviceAddress;

/**
 * What becomes of a one-time prekey's private half when a key exchange has used it. It leaves the published bundle in any case. Must be a pure function; called from any thread.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Double Ratchet", key exchanges during catch-up</a>
 */
@FunctionalInterface
public interface PreKeyPolicy {

    /** Decides about one use. */
    Fate afterUse(Use use);

    /**
     * A prekey that was just used by an authenticated key exchange, or one that is hidden and looked at again.
     *
     * @param sender who used it; empty when a hidden one is looked at again.
     * @param age since its first use; zero at the use itself.
     * @param catchingUp whether messages from before are still coming in: another sender may have used the same prekey.
     */
    record Use(Optional<DeviceAddress> sender, Duration age, boolean catchingUp) {}

    /** What becomes of the private half. */
    enum Fate {
        /** Stays in the published bundle, for anybody: a key exchange may be replayed once its session is forgotten. For tests and special servers. */
        KEEP,
        /** Leaves the bundle; another identity key may use it once. */
        HIDE,
        /** Gone for good. */
        DELETE
    }

    /** The default: deleted at once, but hidden while catching up, and for a week at the most. */
    static PreKeyPolicy standard() {
        return use -> use.catchingUp() && use.age().compareTo(Duration.ofDays(7)) < 0 ? Fate.HIDE : Fate.DELETE;
    }
}
