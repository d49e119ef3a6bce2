/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.Collection;
import org.jxmpp.jid.BareJid;

/**
 * What an identity key that nobody has decided about is worth. Must be a pure function; called from any thread.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Trust"</a>
 */
@FunctionalInterface
public interface TrustPolicy {

    /**
     * @param jid whose key it is.
     * @param known the levels of the other identity keys known of this account.
     * @return the level to begin with.
     */
    TrustLevel initialLevel(BareJid jid, Collection<TrustLevel> known);

    /** Every new key is trusted without a look. */
    static TrustPolicy blind() {
        return (jid, known) -> TrustLevel.BLINDLY_TRUSTED;
    }
}
