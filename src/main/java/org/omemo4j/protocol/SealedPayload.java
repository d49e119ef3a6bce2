/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;
import org.omemo4j.crypto.Secret;

/**
 * A payload and what opens it.
 *
 * @param keyMaterial what each device gets in its key message
 * @param payload what all devices get; absent where an empty message has none
 */
public record SealedPayload(Secret keyMaterial, Optional<Payload> payload) {}
