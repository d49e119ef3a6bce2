/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.Optional;
import org.omemo4j.doubleratchet.ClosedChain;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.doubleratchet.SkippedKeyId;
import org.omemo4j.doubleratchet.SkippedMessageKey;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.Changes;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.SkippedKeyRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** What an authenticated message changes: the ratchet, the session for sending, the prekey it used, who is known. Used under the engine's lock. */
final class Arrival {
    private final State state;
    private final Owed owed;
    private final ShownKeys shown;

    Arrival(State state) {
        this.state = state;
        this.owed = new Owed(state);
        this.shown = new ShownKeys(state);
    }

    MessageOrigin of(Step step, Opened opened, IncomingMessage message) throws StoreException {
        Session before = opened.session();
        DeviceAddress sender = before.address();
        OmemoVersion version = before.version();
        boolean overtaken = opened.begunBy().isPresent() && isOvertaken(step, before, message);
        boolean archive = message.delivery().isKept();
        boolean catchingUp = state.backlog().isOpen(step.now());
        boolean inOrder = opened.incoming().used().isEmpty() && !archive;
        Session next;
        if (overtaken) {
            next = before.received(opened.incoming().next()).archive(step.now());
            state.sessions().keep(step, next);
        } else if (opened.begunBy().isPresent() || before.archived().isPresent() && inOrder) {
            // The newest session that both sides have wins: simultaneous initiation ends in one.
            next = before.activate().received(opened.incoming().next());
            state.sessions().activate(step, next);
        } else {
            next = before.received(opened.incoming().next());
            state.sessions().put(step, next);
        }
        state.sessions().answered(step, sender, state.versions());
        keepKeys(step, next.id(), opened.incoming());
        if (opened.begunBy().isPresent()) {
            if (!overtaken) {
                state.replacements().settle(step, sender, version);
            }
            // The prekey goes only now: else a forged message could burn it.
            boolean mayBeUsedAgain = catchingUp || message.delivery() == Delivery.OFFLINE || archive;
            state.keys()
                    .used(
                            step,
                            version,
                            opened.begunBy().get().preKeyId(),
                            before.identityKey(),
                            sender,
                            mayBeUsedAgain);
        }
        DeviceRecord device = state.lists().pin(step, sender, before.identityKey());
        TrustLevel level = shown.level(step, sender, before.identityKey());
        if (!message.groupChat() && !sender.jid().equals(state.owner())) {
            state.conversations().markEncrypted(step, sender.jid());
        }
        if (!device.isListed(version.namespace())) {
            unlisted(step, sender, version);
        }
        if (next.owesEmptyMessage() && Owed.mayGo(version, level)) {
            owed.after(step, message, sender, version);
        }
        return new MessageOrigin(
                sender,
                Fingerprint.of(before.identityKey()),
                level,
                version.namespace(),
                version.content().coverage());
    }

    /** A message comes from a device that its account's list does not hold, as far as we know: the list is asked for, once a minute at most, however many ids are made up. */
    void unlisted(Step step, DeviceAddress sender, OmemoVersion version) {
        state.announcements().changed(step, sender.jid(), version);
    }

    /** A key exchange from the archive or from before our login may be older than the session that both use now. */
    private boolean isOvertaken(Step step, Session begun, IncomingMessage message) throws StoreException {
        Optional<Session> active = state.sessions().active(step, begun.address(), begun.version());
        return message.stamp().isPresent()
                && active.isPresent()
                && active.get().created().isAfter(message.stamp().get());
    }

    private static void keepKeys(Step step, long session, Incoming incoming) {
        for (SkippedMessageKey key : incoming.added()) {
            step.write(new Changes.PutSkippedKey(new SkippedKeyRecord(
                    session, key.id().ratchetKey().bytes(), key.id().n(), key.number(), key.seed())));
        }
        if (!incoming.added().isEmpty() && incoming.dropBelow() > 0) {
            step.write(new Changes.DropSkippedKeys(session, incoming.dropBelow()));
        }
        if (incoming.used().isPresent()) {
            SkippedKeyId used = incoming.used().get();
            step.write(new Changes.DeleteSkippedKey(session, used.ratchetKey().bytes(), used.n()));
        }
        if (incoming.closed().isPresent()) {
            ClosedChain closed = incoming.closed().get();
            step.write(new Changes.PutClosedChain(session, closed.ratchetKey().bytes(), closed.number()));
            if (incoming.dropClosedBelow() > 0) {
                step.write(new Changes.DropClosedChains(session, incoming.dropClosedBelow()));
            }
        }
    }
}
