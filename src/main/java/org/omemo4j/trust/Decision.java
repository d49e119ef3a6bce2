/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

/** What somebody decides about an identity key. */
public enum Decision {
    /** Trust it without having compared the fingerprint. One that is verified stays so: only an undo takes that back. */
    TRUST(TrustLevel.BLINDLY_TRUSTED),
    /** The fingerprint was compared. */
    VERIFY(TrustLevel.VERIFIED),
    /** Do not trust it. */
    DISTRUST(TrustLevel.DISTRUSTED),
    /** It is in wrong hands. */
    COMPROMISE(TrustLevel.COMPROMISED);

    private final TrustLevel level;

    Decision(TrustLevel level) {
        this.level = level;
    }

    /** What the key is worth by it. */
    public TrustLevel level() {
        return level;
    }
}
