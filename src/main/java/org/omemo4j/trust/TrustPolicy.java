/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import org.jxmpp.jid.BareJid;

/**
 * What an identity key that nobody has decided about is worth. Asked at each use and kept nowhere, so that another policy acts at once. Must be a pure function that is quick; called from
 * any thread, and under the engine's lock.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Trust"</a>
 * @see <a href="https://xmpp.org/extensions/xep-0450.html">XEP-0450, "Blind Trust Before Verification"</a>
 */
@FunctionalInterface
public interface TrustPolicy {

    /**
     * A key that nobody has decided about.
     *
     * @param jid whose it is.
     * @param first whether no other key of that account had been seen before it; keys that are seen in the same step for the first time are first together.
     * @param verified whether another key of that account is verified, or was until it was distrusted: that one was lost does not make the others safer. A key that a verified device of ours has called so, and nobody has seen, counts: a server may hide its device.
     */
    record Candidate(BareJid jid, boolean first, boolean verified) {}

    /** {@link TrustLevel#BLINDLY_TRUSTED} or {@link TrustLevel#UNDECIDED}; any other answer counts as the latter. */
    TrustLevel undecided(Candidate key);

    /** Whether a message waits for a decision about undecided keys, or leaves without them. */
    default boolean asks() {
        return true;
    }

    /** Whether messages are encrypted for keys of this level. It may refuse some that {@link TrustLevel#mayRead()} allows, and never the other way round. */
    default boolean mayRead(TrustLevel level) {
        return level.mayRead();
    }

    /** All keys of an account are trusted until one of them is verified; from then on those that are not need a decision. */
    static TrustPolicy blindBeforeVerification() {
        return key -> key.verified() ? TrustLevel.UNDECIDED : TrustLevel.BLINDLY_TRUSTED;
    }

    /** The first keys of an account are trusted, and all later ones need a decision. */
    static TrustPolicy trustOnFirstUse() {
        return key -> key.first() ? TrustLevel.BLINDLY_TRUSTED : TrustLevel.UNDECIDED;
    }

    /** Each key needs a decision. */
    static TrustPolicy manual() {
        return key -> TrustLevel.UNDECIDED;
    }

    /** Messages go to verified keys only, and wait for nobody. */
    static TrustPolicy verifiedOnly() {
        return new TrustPolicy() {
            @Override
            public TrustLevel undecided(Candidate key) {
                return TrustLevel.UNDECIDED;
            }

            @Override
            public boolean asks() {
                return false;
            }

            @Override
            public boolean mayRead(TrustLevel level) {
                return level == TrustLevel.VERIFIED;
            }
        };
    }
}
