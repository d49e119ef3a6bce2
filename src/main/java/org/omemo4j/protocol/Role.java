/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/** Which side of a session a party is: the one that began it with a key exchange, or the one that answered. */
public enum Role {
    INITIATOR,
    RESPONDER
}
