/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/**
 * An entry in the journal of trust. Entries are never changed, and those that were applied never deleted.
 *
 * @param number ascends with time.
 * @param time when it was written.
 * @param jid whose key it is about; of a URI that verifies nothing, whose keys were asked for, or else whose it claims to have, or ours where it does not even say that; of a trust message of ours that has reached nobody, whom it was for; of one that came in clear, from where it came.
 * @param fingerprint of the key; of a trust message that was refused or kept as a whole, its sender's; empty for a URI that verifies nothing, a trust message of ours that has reached nobody, and one that came in clear.
 * @param from what was decided before, empty where nobody had.
 * @param to what is decided since then, empty where nobody has.
 * @param means by which it was decided.
 * @param by who has decided; empty for the person at this device, and for a trust message of which nothing proves who has written it.
 * @param reason in words, may be empty. Of a URI that verifies nothing, what is wrong with it.
 * @param refusal why nothing was changed; empty if it was applied.
 */
public record TrustEntry(
        long number,
        Instant time,
        BareJid jid,
        Optional<Fingerprint> fingerprint,
        Optional<TrustLevel> from,
        Optional<TrustLevel> to,
        TrustMeans means,
        Optional<Sender> by,
        String reason,
        Optional<TrustRefusal> refusal) {

    /**
     * Who has sent a trust message.
     *
     * @param device whose, and which.
     * @param fingerprint of the key that it was authenticated with.
     */
    public record Sender(DeviceAddress device, Fingerprint fingerprint) {}

    /** The key that it is about. */
    public Optional<TrustKey> key() {
        return fingerprint.map(shown -> new TrustKey(jid, shown));
    }

    /** Whether it has changed what the key is worth, and was no undo. */
    boolean isDecision() {
        return refusal.isEmpty() && means.decides();
    }
}
