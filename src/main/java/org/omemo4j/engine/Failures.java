/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.omemo4j.engine.Decryption.Proposal;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.Decryption.Undecryptable;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.StoreException;

/**
 * What follows from a message that cannot be read: a proposal, and little else. Nothing in such a message is authenticated but the account that sent it. Used under the engine's lock.
 */
final class Failures {
    private final State state;
    private final Arrival arrival;
    private final Owed owed;

    Failures(State state, Arrival arrival) {
        this.state = state;
        this.arrival = arrival;
        this.owed = new Owed(state);
    }

    Undecryptable of(
            Step step,
            DeviceAddress sender,
            OmemoVersion version,
            Reason reason,
            EncryptedMessage encrypted,
            IncomingMessage message)
            throws StoreException {
        boolean listed = state.lists().isListed(step, sender, version);
        Reason told = reason == Reason.NO_SESSION && !listed ? Reason.UNKNOWN_DEVICE : reason;
        if (told == Reason.UNKNOWN_DEVICE) {
            arrival.unlisted(step, sender, version);
        }
        Proposal proposal = told.proposal();
        if (proposal == Proposal.REPLACE_SESSION) {
            if (isOld(step, sender, version, message)) {
                proposal = Proposal.NONE;
            } else if (!listed) {
                proposal = Proposal.REFRESH;
            } else if ((!isEmpty(encrypted) && replace(step, sender, version, reason, message))
                    || state.replacements().isOwed(step, sender, version)) {
                proposal = Proposal.NONE;
            }
        }
        return new Undecryptable(Optional.of(sender), told, proposal, Optional.empty(), step.reaction());
    }

    /** An empty message asks for no answer, whatever is wrong with it: else two clients could keep each other busy. */
    private static boolean isEmpty(EncryptedMessage encrypted) {
        return encrypted.payload().flatMap(some -> some.ciphertext()).isEmpty();
    }

    /** @return whether a new session is begun without asking. */
    private boolean replace(
            Step step, DeviceAddress sender, OmemoVersion version, Reason reason, IncomingMessage message)
            throws StoreException {
        Replacements.Budget budget;
        if (reason == Reason.NO_SESSION) {
            budget = Replacements.Budget.LOST;
        } else if (state.repairs() && version.allowsAutomaticRepair()) {
            budget = Replacements.Budget.AUTOMATIC;
        } else {
            return false;
        }
        boolean begun = state.replacements().ask(step, sender, List.of(version), budget) == Replacement.Outcome.BEGUN;
        if (begun) {
            owed.after(step, message, sender, version);
        }
        return begun;
    }

    /** Old broken messages come again, by archive or late; the session since then may be the cure already. */
    private boolean isOld(Step step, DeviceAddress sender, OmemoVersion version, IncomingMessage message)
            throws StoreException {
        Optional<Instant> current =
                state.sessions().active(step, sender, version).map(Session::created);
        return current.isPresent()
                && (message.stamp().isPresent()
                        ? message.stamp().get().isBefore(current.get())
                        : message.delivery().isKept());
    }
}
