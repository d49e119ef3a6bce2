/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

/** What was decided about an identity key of an account. */
public enum TrustLevel {
    /** Nobody has decided; nothing is encrypted for it. */
    UNDECIDED,
    /** Trusted by policy, seen by nobody. */
    BLINDLY_TRUSTED,
    /** A person compared the fingerprint. */
    VERIFIED,
    /** A person refused it. */
    DISTRUSTED,
    /** Known to be in wrong hands. Not even empty messages go there. */
    COMPROMISED;

    /** Whether messages are encrypted for it. */
    public boolean mayRead() {
        return this == BLINDLY_TRUSTED || this == VERIFIED;
    }
}
