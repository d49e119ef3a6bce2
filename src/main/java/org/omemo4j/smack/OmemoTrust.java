/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.VerificationResult;

/**
 * Whom a person trusts: what identity keys are worth, decisions about them, and the journal of these. Every decision is on the disk when its method returns, and lets all messages
 * go on that waited for it. Thread-safe; no method waits for the network. All of them throw an {@link OmemoException} if OMEMO is not started, or before the first login of a connection
 * whose configuration does not name the account; {@link #sendWithout} and {@link #refuse} before any first login.
 */
public final class OmemoTrust {
    private final Lifecycle lifecycle;

    OmemoTrust(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /** What a key is worth, by a decision or else by its account's policy; undecided if it was never seen or decided about. */
    public TrustLevel level(TrustKey key) throws StoreException {
        return lifecycle.ask(engine -> engine.trust(key));
    }

    /**
     * A person decides about a key, which need not have been seen yet. Distrust wins: only {@link #undo} leaves that.
     *
     * @param reason for the journal, may be empty.
     */
    public TrustChange decide(TrustKey key, Decision decision, String reason) throws StoreException {
        return goingOn(lifecycle.ask(engine -> engine.decide(key, decision, TrustMeans.PERSON, reason)));
    }

    /**
     * A person takes the newest decision about a key back that stands: it is worth what it was before. The journal keeps both.
     *
     * @param reason for the journal, may be empty.
     */
    public TrustChange undo(TrustKey key, String reason) throws StoreException {
        return goingOn(lifecycle.ask(engine -> engine.undo(key, reason)));
    }

    /**
     * A person accepts that a device shows this key, instead of another one or though another account is known by it: what {@code ACCEPT_KEY} of an {@link UnreadMessage} proposes. What the
     * key is worth is not decided by that. Which keys were refused is not kept: one that the device never shows is accepted, too, and then what it does show is refused.
     *
     * @param reason for the journal, may be empty.
     */
    public TrustChange acceptKey(DeviceAddress device, Fingerprint shown, String reason) throws StoreException {
        return goingOn(lifecycle.ask(engine -> engine.acceptKey(device, shown, reason)));
    }

    /**
     * A person has scanned or pasted a URI with an account's keys: those that are known are verified, others as soon as a device shows them. Either all of it counts, or nothing of it does and the journal
     * says why; a distrust of one of these keys that a verified device has told before then applies all the same.
     *
     * @param uri in any form that {@link org.omemo4j.trust.VerificationUri} reads; may be any text.
     */
    public VerificationResult verify(String uri) throws StoreException {
        return verify(Optional.empty(), uri, "");
    }

    /** The same, where the keys of one person were asked for: somebody else's are {@link VerificationResult.Unusable}. */
    public VerificationResult verify(BareJid expected, String uri) throws StoreException {
        return verify(Optional.of(expected), uri, "");
    }

    /**
     * The same.
     *
     * @param expected whose keys were asked for, if somebody's were.
     * @param reason for the journal, may be empty.
     */
    public VerificationResult verify(Optional<BareJid> expected, String uri, String reason) throws StoreException {
        return goingOn(lifecycle.ask(engine -> engine.verify(expected, uri, reason)));
    }

    /** What others scan or paste to verify this account: the keys of this device and of our other ones that are verified here and in use. */
    public OmemoUri ownUri() throws StoreException {
        return lifecycle.ask(engine -> {
            OwnDevice own = engine.ownDevice();
            BareJid jid = own.address().jid();
            Map<DeviceId, Fingerprint> devices = new LinkedHashMap<>();
            devices.put(own.address().device(), own.fingerprint());
            engine.devices(jid).stream()
                    .filter(device -> device.isActive() && device.trust() == TrustLevel.VERIFIED)
                    .forEach(device -> device.fingerprint()
                            .ifPresent(
                                    key -> devices.putIfAbsent(device.address().device(), key)));
            return new OmemoUri(jid, devices);
        });
    }

    /** The newest entries in the journal of trust, the newest first: who has decided what about which key, and what was refused. */
    public List<TrustEntry> journal(int limit) throws StoreException {
        return lifecycle.ask(engine -> engine.trustJournal(limit));
    }

    /** The newest of those about an account's keys, the newest first. */
    public List<TrustEntry> journal(BareJid jid, int limit) throws StoreException {
        return lifecycle.ask(engine -> engine.trustJournal(jid, limit));
    }

    /**
     * The requests that were told by {@link OmemoListener#onDecisionNeeded} and still need an answer, the oldest first: for a listener that was added later, or a window that is opened later. After a new start
     * empty, until what waits has asked again.
     */
    public List<TrustRequest> requests() throws StoreException {
        return lifecycle.ask(OmemoEngine::trustRequests);
    }

    /**
     * Answers {@link OmemoListener#onDecisionNeeded}: the messages that wait go on, in their order. Keys of the request without a decision are asked for again, in a request of their own.
     *
     * @param decisions about keys of the request; where there are none, nothing happens, and the request stays open.
     * @return what became of each.
     * @throws IllegalArgumentException if it decides about other keys. Nothing was changed.
     */
    public Map<TrustKey, TrustChange> answer(TrustRequest request, Map<TrustKey, Decision> decisions)
            throws StoreException {
        if (!request.keys().containsAll(decisions.keySet())) {
            throw new IllegalArgumentException("The request for " + request.conversation()
                    + " asks for no decision about some of these keys: " + decisions.keySet());
        }
        return goingOn(lifecycle.ask(engine -> {
            boolean answered = !decisions.isEmpty()
                    && engine.trustRequests().stream()
                            .anyMatch(open -> open.keys().equals(request.keys()));
            Map<TrustKey, TrustChange> changes = engine.decide(decisions, TrustMeans.PERSON, "");
            if (answered) { // who takes a decision back before anything could leave by it is asked anew
                engine.askForDecisionsAgain(request.conversation());
            }
            return changes;
        }));
    }

    /** Answers {@link OmemoListener#onDecisionNeeded}: what waits in this conversation now leaves without the request's devices as long as they are undecided, also where that leaves a member of a room out. Later messages ask again. Returns at once. */
    public void sendWithout(TrustRequest request) throws StoreException {
        Account account = lifecycle.opened();
        List<Long> messages = waiting(request);
        account.later(open -> open.outbox().sendWithout(request, messages));
    }

    /**
     * Answers {@link OmemoListener#onDecisionNeeded}: what waits in this conversation now is not sent, with {@link OmemoListener#onSendFailed} and {@link
     * OmemoException.Reason#UNDECIDED} for each message. Nothing is decided, and later messages ask again. Does nothing if the conversation waits for no decision any more. Returns at once.
     */
    public void refuse(TrustRequest request) throws StoreException {
        Account account = lifecycle.opened();
        List<Long> messages = waiting(request);
        account.later(open -> open.outbox().refuse(request.conversation(), messages));
    }

    /** Now, and not when the worker comes to it: what is sent after the answer asks again. */
    private List<Long> waiting(TrustRequest request) throws StoreException {
        return lifecycle.ask(engine -> engine.parked(request.conversation(), -1L)).stream()
                .map(ParkedRecord::number)
                .toList();
    }

    private <T> T goingOn(T result) {
        lifecycle.account().ifPresent(Account::decided);
        return result;
    }
}
