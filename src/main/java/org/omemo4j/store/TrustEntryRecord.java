/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;

/**
 * An entry in the journal of trust. Levels, means and refusal are names, opaque to the store.
 *
 * @param number ascends with time.
 * @param time when it was written.
 * @param jid whose key it is about.
 * @param identityKey the key in its Curve25519 form, 32 bytes; empty where it is about none.
 * @param from what was decided before, empty where nobody had.
 * @param to what is decided now, empty where nobody has.
 * @param means by which it was decided.
 * @param by who has decided; empty for the person at this device.
 * @param reason in words, may be empty.
 * @param refusal why nothing was changed; empty if it was applied.
 */
public record TrustEntryRecord(
        long number,
        Instant time,
        BareJid jid,
        Optional<Bytes> identityKey,
        Optional<String> from,
        Optional<String> to,
        String means,
        Optional<Sender> by,
        String reason,
        Optional<String> refusal) {

    /**
     * Who has sent a trust message.
     *
     * @param device whose, and which.
     * @param identityKey its key in its Curve25519 form.
     */
    public record Sender(DeviceAddress device, Bytes identityKey) {}
}
