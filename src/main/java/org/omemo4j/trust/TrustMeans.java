/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

/** By what means something was decided. */
public enum TrustMeans {
    /** A person on this device has said it. */
    PERSON,
    /** A person on this device has scanned or pasted a URI. */
    URI,
    /** Another device has sent a trust message (XEP-0434). */
    TRUST_MESSAGE,
    /** A person on this device has taken a decision back. */
    UNDO,
    /** A person on this device has accepted that a device, or a second account, shows this key. What the key is worth is not decided by that. */
    ACCEPTANCE;

    /** Whether an entry by these means decides what a key is worth, and can be undone. */
    public boolean decides() {
        return this == PERSON || this == URI || this == TRUST_MESSAGE;
    }
}
