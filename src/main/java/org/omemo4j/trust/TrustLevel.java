/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.Locale;

/** What an identity key of an account is worth. */
public enum TrustLevel {
    /** Nobody has decided, and the policy does not trust it; nothing is encrypted for it. */
    UNDECIDED,
    /** Trusted by policy, or by somebody who has not compared the fingerprint. */
    BLINDLY_TRUSTED,
    /** A person compared the fingerprint, here or at a verified device that has told us in a trust message. */
    VERIFIED,
    /** A person refused it, here or at a verified device that has told us in a trust message. */
    DISTRUSTED,
    /** Known to be in wrong hands. Not even empty messages go there. */
    COMPROMISED;

    /** For people, who need not know who has trusted a key, but whether it was compared: trusted or verified. */
    public String words() {
        return this == BLINDLY_TRUSTED ? "trusted" : name().toLowerCase(Locale.ROOT);
    }

    /** Whether messages are encrypted for it. */
    public boolean mayRead() {
        return this == BLINDLY_TRUSTED || this == VERIFIED;
    }

    /** Whether only an explicit undo leaves it. */
    public boolean isSticky() {
        return this == DISTRUSTED || this == COMPROMISED;
    }
}
