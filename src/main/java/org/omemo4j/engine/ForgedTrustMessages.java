/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.x3dh.IdentityKey;

/**
 * Trust messages that nobody need believe to have been written by whom the stanza names, for whom it names. Each is told; in the journal they are one entry of an account and day, so that they fill it for nobody. One whose ciphertext does
 * not authenticate is not among them: nobody can tell that it was one. Used under the engine's lock.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0434.html">XEP-0434 0.6.0, "SCE Profile"</a>
 */
final class ForgedTrustMessages {
    /** Once in so long there is an entry about an account. Anybody can send such messages without end, and a server in the name of any contact. */
    static final Duration PERIOD = Duration.ofDays(1);

    /** Entries about an account that are looked at for the last one. Where so many others came after it, one more is one in a hundred. */
    static final int LOOKED_AT = 100;

    private final State state;

    ForgedTrustMessages(State state) {
        this.state = state;
    }

    /** One came outside of an envelope. */
    void inClear(Step step, BareJid account) throws StoreException {
        refuse(step, account, Optional.empty(), "it came in clear");
    }

    /** One that this device has encrypted came in an envelope which names others than the stanza. */
    void readdressed(Step step, DeviceAddress device, IdentityKey key) throws StoreException {
        TrustEntry.Sender sender = new TrustEntry.Sender(device, Fingerprint.of(key));
        refuse(step, device.jid(), Optional.of(sender), Decryption.Reason.ENVELOPE_MISMATCH.words());
    }

    private void refuse(Step step, BareJid account, Optional<TrustEntry.Sender> by, String reason)
            throws StoreException {
        if (!state.trustMessages()) {
            return;
        }
        step.tell(new OmemoEvent.TrustMessageRefused(account, by, TrustRefusal.FORGED));
        if (isKnown(step, account) && !hasEntry(step, account)) {
            Optional<TrustLevel> decided = by.isPresent() ? decided(step, by.get()) : Optional.empty();
            state.trustJournal()
                    .add(
                            step,
                            new TrustEntry(
                                    0,
                                    step.now(),
                                    account,
                                    by.map(TrustEntry.Sender::fingerprint),
                                    decided,
                                    decided,
                                    TrustMeans.TRUST_MESSAGE,
                                    by,
                                    reason,
                                    Optional.of(TrustRefusal.FORGED)));
        }
    }

    private boolean isKnown(Step step, BareJid account) throws StoreException {
        return account.equals(state.owner()) || !step.store().trust(account).isEmpty();
    }

    private boolean hasEntry(Step step, BareJid account) throws StoreException {
        Instant since = step.now().minus(PERIOD);
        return state.trustJournal().entries(step, account, LOOKED_AT).stream()
                .anyMatch(entry -> entry.refusal().equals(Optional.of(TrustRefusal.FORGED))
                        && entry.time().isAfter(since));
    }

    private Optional<TrustLevel> decided(Step step, TrustEntry.Sender sender) throws StoreException {
        return state.trust()
                .row(step, sender.device().jid(), sender.fingerprint().key())
                .flatMap(TrustRecord::decided)
                .map(TrustLevel::valueOf);
    }
}
