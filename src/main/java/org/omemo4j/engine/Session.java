/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Role;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKey;

/**
 * A session with one device, as a value.
 *
 * @param id its own number; the rows of its skipped keys are found by it.
 * @param address the other side.
 * @param version the version of OMEMO it speaks.
 * @param ownRole which side began.
 * @param identityKey the other side's identity key exactly as received.
 * @param ephemeralKey {@code EK} of its key exchange: two key exchanges with the same one are the same session.
 * @param pendingExchange what every message repeats until the other side has answered.
 * @param associatedData both identity keys.
 * @param ratchet the Double Ratchet's state.
 * @param created when it began.
 * @param archived when another session took over sending.
 * @param replyOwed whether the other side began it and has had no message of ours in it.
 */
record Session(
        long id,
        DeviceAddress address,
        OmemoVersion version,
        Role ownRole,
        IdentityKey identityKey,
        Bytes ephemeralKey,
        Optional<KeyExchange> pendingExchange,
        AssociatedData associatedData,
        RatchetState ratchet,
        Instant created,
        Optional<Instant> archived,
        boolean replyOwed) {

    /** After one of our messages: the other side has its answer with it. */
    Session sent(RatchetState next) {
        return with(pendingExchange, next, archived, false);
    }

    /** After one of theirs: they have the key exchange. */
    Session received(RatchetState next) {
        return with(Optional.empty(), next, archived, replyOwed);
    }

    /** For receiving only. An archived session owes nothing: the one that took over answers. */
    Session archive(Instant when) {
        return with(pendingExchange, ratchet, Optional.of(when), false);
    }

    /** For sending again. */
    Session activate() {
        return with(pendingExchange, ratchet, Optional.empty(), replyOwed);
    }

    /** The other side's role. */
    Role theirRole() {
        return ownRole == Role.INITIATOR ? Role.RESPONDER : Role.INITIATOR;
    }

    private Session with(
            Optional<KeyExchange> pending, RatchetState nextRatchet, Optional<Instant> archivedSince, boolean owed) {
        return new Session(
                id,
                address,
                version,
                ownRole,
                identityKey,
                ephemeralKey,
                pending,
                associatedData,
                nextRatchet,
                created,
                archivedSince,
                owed);
    }
}
