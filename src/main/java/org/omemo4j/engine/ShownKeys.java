/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.x3dh.IdentityKey;

/** Identity keys that devices show. A new one is remembered and told once, what trust messages have said about it before applies, and a device whose key a person has verified before is told what it could not be told then. Used under the engine's lock. */
final class ShownKeys {
    private final State state;

    ShownKeys(State state) {
        this.state = state;
    }

    /** What a key is worth that is shown, and may be new. */
    TrustLevel level(Step step, DeviceAddress device, IdentityKey key) throws StoreException {
        BareJid jid = device.jid();
        Bytes form = key.x25519().bytes();
        boolean seen = state.trust().isSeen(step, jid, form);
        if (!seen) {
            see(step, jid, form);
        }
        TrustLevel level = state.trust().peek(step, jid, form);
        if (!seen) {
            step.tell(new OmemoEvent.NewIdentityKey(device, Fingerprint.of(form), level));
        }
        return level;
    }

    /** A key belongs to the account from now on. */
    void see(Step step, BareJid jid, Bytes form) throws StoreException {
        TrustKey key = new TrustKey(jid, Fingerprint.of(form));
        boolean verified = !state.trust().isSeen(step, jid, form) && isVerifiedHere(step, key);
        state.trust().see(step, jid, form);
        new KeptTrust(state).known(step, key);
        if (verified && state.trust().peek(step, jid, form) == TrustLevel.VERIFIED) {
            new TrustNews(state).shown(step, key);
        }
    }

    private boolean isVerifiedHere(Step step, TrustKey key) throws StoreException {
        return state.trust().peek(step, key.jid(), key.fingerprint().key()) == TrustLevel.VERIFIED
                && state.trustJournal()
                        .newestDecision(step, key)
                        .filter(entry -> entry.means() != TrustMeans.TRUST_MESSAGE)
                        .isPresent();
    }
}
