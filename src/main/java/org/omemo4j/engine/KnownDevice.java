/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/**
 * A device of an account, as far as it is known.
 *
 * @param address account and device.
 * @param versions the namespaces whose list holds it now; empty for an inactive device.
 * @param label its label, if its own key has signed it; safe to show.
 * @param fingerprint of its identity key, once that is known.
 * @param trust what the key is worth; of this device's own it is {@link TrustLevel#VERIFIED}.
 * @param firstSeen when it was first listed or heard.
 * @param lastSeen when it was last listed or heard.
 * @param session whether a session for sending exists.
 */
public record KnownDevice(
        DeviceAddress address,
        Set<String> versions,
        Optional<String> label,
        Optional<Fingerprint> fingerprint,
        TrustLevel trust,
        Instant firstSeen,
        Instant lastSeen,
        boolean session) {

    /** Whether messages are encrypted for it. */
    public boolean isActive() {
        return !versions.isEmpty();
    }

    /** As a message sees it that waits for a decision about it, whatever its policy says by now. */
    KnownDevice undecided() {
        return new KnownDevice(
                address, versions, label, fingerprint, TrustLevel.UNDECIDED, firstSeen, lastSeen, session);
    }
}
