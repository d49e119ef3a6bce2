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
 * @param owesEmptyMessage whether the other side waits for a message of ours in it, be it an empty one: it began the session, or has sent many messages in one chain.
 * @param unanswered how many messages of ours, in this and the sessions before it, have followed the last one that we read from the device.
 * @param worn whether the next message shall begin a new session, if the device's bundle can be had.
 * @param heartbeat whether the newest receiving chain has had its heartbeat.
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
        boolean owesEmptyMessage,
        int unanswered,
        boolean worn,
        boolean heartbeat) {

    /**
     * The first message of a chain that is read with this number or a higher one is answered at once (XEP-0384 0.9.1, section 4.7): the other side cannot renew its keys until we
     * write.
     */
    static final int HEARTBEAT = 53;

    /** After so many messages without an answer the next one begins a new session: ours may be lost there. Twice the heartbeat, so that a device that only reads has answered by then. */
    static final int UNANSWERED = 106;

    /** A new session that the other side has not heard of. */
    static Session begun(
            long id,
            DeviceAddress address,
            OmemoVersion version,
            Role ownRole,
            IdentityKey identityKey,
            Bytes ephemeralKey,
            Optional<KeyExchange> pendingExchange,
            AssociatedData associatedData,
            RatchetState ratchet,
            Instant created) {
        return new Session(
                id,
                address,
                version,
                ownRole,
                identityKey,
                ephemeralKey,
                pendingExchange,
                associatedData,
                ratchet,
                created,
                Optional.empty(),
                ownRole == Role.RESPONDER,
                0,
                false,
                false);
    }

    /** After one of our messages: the other side has its answer with it. */
    Session sent(RatchetState next) {
        int more = unanswered + 1;
        return with(pendingExchange, next, archived, false, more, worn || more % UNANSWERED == 0, heartbeat);
    }

    /** After one of theirs: they have the key exchange, and are there. */
    Session received(RatchetState next) {
        boolean had = heartbeat && next.remoteRatchetKey().equals(ratchet.remoteRatchetKey());
        boolean due = !had && archived.isEmpty() && hasLongChain(next);
        return with(Optional.empty(), next, archived, owesEmptyMessage || due, 0, false, had || due);
    }

    /** Something else of the device was read. */
    Session answered() {
        return with(pendingExchange, ratchet, archived, owesEmptyMessage, 0, false, heartbeat);
    }

    /** In the place of one that had so many messages without an answer. */
    Session after(int unansweredBefore) {
        return with(pendingExchange, ratchet, archived, owesEmptyMessage, unansweredBefore, worn, heartbeat);
    }

    /** The next message shall begin a new session. */
    Session wearOut() {
        return with(pendingExchange, ratchet, archived, owesEmptyMessage, unanswered, true, heartbeat);
    }

    /** No new session could begin: this one goes on. */
    Session goOn() {
        return with(pendingExchange, ratchet, archived, owesEmptyMessage, unanswered, false, heartbeat);
    }

    /** For receiving only. An archived session owes nothing: the one that took over answers. */
    Session archive(Instant when) {
        return with(pendingExchange, ratchet, Optional.of(when), false, unanswered, false, heartbeat);
    }

    /** For sending again. */
    Session activate() {
        return with(pendingExchange, ratchet, Optional.empty(), owesEmptyMessage, unanswered, worn, heartbeat);
    }

    /** Whether the device was given a new session, and has not answered in that either. */
    boolean isSilent() {
        return unanswered >= 2 * UNANSWERED;
    }

    /** The other side's role. */
    Role theirRole() {
        return ownRole == Role.INITIATOR ? Role.RESPONDER : Role.INITIATOR;
    }

    private static boolean hasLongChain(RatchetState state) {
        return state.remoteRatchetKey()
                .flatMap(state::receivingChain)
                .filter(chain -> chain.n() > HEARTBEAT)
                .isPresent();
    }

    private Session with(
            Optional<KeyExchange> pending,
            RatchetState nextRatchet,
            Optional<Instant> archivedSince,
            boolean owes,
            int unansweredNow,
            boolean wornNow,
            boolean heartbeatNow) {
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
                owes,
                unansweredNow,
                wornNow,
                heartbeatNow);
    }
}
