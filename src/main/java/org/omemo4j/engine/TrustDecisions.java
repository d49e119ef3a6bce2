/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.Changes;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.x3dh.IdentityKey;

/** What each identity key is worth. Bound to account and key, not to the device id. Both Edwards forms of a key are one. Used under the engine's lock. */
final class TrustDecisions {
    private final TrustPolicy policy;
    private final Map<BareJid, Map<Bytes, TrustLevel>> known = new HashMap<>();

    TrustDecisions(TrustPolicy policy) {
        this.policy = policy;
    }

    void forget() {
        known.clear();
    }

    /** The level of a key that may be new; a new one's is written, and told once. */
    TrustLevel of(Step step, DeviceAddress device, IdentityKey key) throws StoreException {
        Map<Bytes, TrustLevel> levels = levels(step, device.jid());
        Bytes form = key.x25519().bytes();
        TrustLevel level = levels.get(form);
        if (level != null) {
            return level;
        }
        TrustLevel initial = policy.initialLevel(device.jid(), List.copyOf(levels.values()));
        step.write(new Changes.PutTrust(new TrustRecord(device.jid(), form, initial.name(), step.now())));
        step.afterCommit(() -> levels.put(form, initial));
        step.tell(new OmemoEvent.NewIdentityKey(device, Fingerprint.of(key), initial));
        return initial;
    }

    /** The level as far as it is decided; undecided for a key never seen. */
    TrustLevel peek(Step step, BareJid jid, IdentityKey key) throws StoreException {
        return levels(step, jid).getOrDefault(key.x25519().bytes(), TrustLevel.UNDECIDED);
    }

    /** A person's decision. */
    void decide(Step step, BareJid jid, Bytes form, TrustLevel level) throws StoreException {
        Map<Bytes, TrustLevel> levels = levels(step, jid);
        step.write(new Changes.PutTrust(new TrustRecord(jid, form, level.name(), step.now())));
        step.afterCommit(() -> levels.put(form, level));
    }

    private Map<Bytes, TrustLevel> levels(Step step, BareJid jid) throws StoreException {
        Map<Bytes, TrustLevel> levels = known.get(jid);
        if (levels == null) {
            levels = new HashMap<>();
            for (TrustRecord row : step.store().trust(jid)) {
                levels.put(row.identityKey(), TrustLevel.valueOf(row.level()));
            }
            known.put(jid, levels);
        }
        return levels;
    }
}
