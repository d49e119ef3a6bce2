/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.DeviceAddress;

/**
 * A session with one device.
 *
 * @param id the session's own number, drawn at random when it begins.
 * @param address the other side.
 * @param version the version's namespace.
 * @param ephemeralKey the ephemeral key {@code EK} of its key exchange, 32 bytes: names the session on both sides.
 * @param created when it began; orders the archived ones.
 * @param archived when another session took over sending; empty for the one in use. At most one session of an address and version is in use.
 * @param owesEmptyMessage whether the other side waits for a message of ours in it, be it an empty one.
 * @param state the engine's state of it; opaque to the store, near 400 bytes.
 */
public record SessionRecord(
        long id,
        DeviceAddress address,
        String version,
        Bytes ephemeralKey,
        Instant created,
        Optional<Instant> archived,
        boolean owesEmptyMessage,
        Secret state) {}
