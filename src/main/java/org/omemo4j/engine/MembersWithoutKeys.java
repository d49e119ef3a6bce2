/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/** What becomes of a message to a room while one of its members has no device that it can be encrypted for, or the room does not tell who is there. */
public enum MembersWithoutKeys {
    /** It leaves; the member cannot read it, and is named before and after. */
    SKIP,
    /** It waits until the member has such a device, or has left the room; what is written later waits behind it. */
    HOLD,
    /** It fails, and the reason names the members. */
    FAIL
}
