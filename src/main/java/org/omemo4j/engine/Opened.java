/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.Optional;
import org.omemo4j.crypto.Secret;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.engine.JournalEntry.Place;
import org.omemo4j.protocol.KeyExchange;

/**
 * A key message that has authenticated, before anything is written.
 *
 * @param session the session before the message.
 * @param incoming the ratchet's step.
 * @param keyMaterial what it says: the payload's key.
 * @param begunBy the key exchange, if the session begins with this message.
 * @param place which message of the session it is.
 */
record Opened(Session session, Incoming incoming, Secret keyMaterial, Optional<KeyExchange> begunBy, Place place) {}
