/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;

/**
 * A device that was seen on a list or in a message. Never deleted by a list: a device that disappears becomes inactive.
 *
 * @param address whose, and which.
 * @param identityKey the identity key pinned for it, as received; empty until a bundle or message was authenticated.
 * @param label the label as listed, unverified.
 * @param labelSignature the label's signature as listed, unverified.
 * @param firstSeen when it was first seen.
 * @param lastSeen when it was last listed or heard.
 * @param listings for each version whose list has ever held it: whether it does now.
 */
public record DeviceRecord(
        DeviceAddress address,
        Optional<Bytes> identityKey,
        Optional<String> label,
        Optional<Bytes> labelSignature,
        Instant firstSeen,
        Instant lastSeen,
        Map<String, Boolean> listings) {

    public DeviceRecord {
        listings = Map.copyOf(listings);
    }

    /** Whether the version's list holds it now. */
    public boolean isListed(String version) {
        return listings.getOrDefault(version, false);
    }
}
