/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;

/**
 * A key message, parsed.
 *
 * @param exchange the key exchange around the message, if there is one
 * @param message the message itself
 */
public record ReceivedKey(Optional<KeyExchange> exchange, RatchetMessage message) {}
