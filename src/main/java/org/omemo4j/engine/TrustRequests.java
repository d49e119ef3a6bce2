/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;

/** Which decisions were asked for and not made yet; each conversation tells the same ones once. In memory only: after a restart they are asked for again. Used under the engine's lock. */
final class TrustRequests {
    /** By conversation, the oldest first. */
    private final Map<BareJid, Asked> told = new LinkedHashMap<>();

    /**
     * @param former what binds the message that has asked.
     * @param now what binds those that wait because of it.
     */
    private record Asked(TrustRequest request, FormerPolicy former, FormerPolicy now) {}

    /** A message cannot leave before somebody has decided about these devices. */
    Encryption.Undecided ask(
            Step step, State state, OutgoingMessage message, FormerPolicy former, List<Session> undecided)
            throws StoreException {
        BareJid conversation = message.to();
        List<KnownDevice> devices = new ArrayList<>();
        for (Session session : undecided) {
            devices.add(new KnownDevices(state).of(step, session.address()).undecided());
        }
        FormerPolicy now = state.trust().policies(message);
        TrustRequest request = new TrustRequest(conversation, devices);
        Asked before = told.get(conversation);
        if (before != null && before.request().keys().equals(request.keys())) {
            step.afterCommit(() -> told.put(conversation, new Asked(before.request(), former, now)));
            return new Encryption.Undecided(before.request(), step.reaction());
        }
        step.tell(new OmemoEvent.DecisionNeeded(request));
        step.afterCommit(() -> {
            told.remove(conversation);
            told.put(conversation, new Asked(request, former, now));
        });
        return new Encryption.Undecided(request, step.reaction());
    }

    /** What binds a message of the conversation that comes to wait now. */
    Optional<FormerPolicy> policy(BareJid conversation) {
        return Optional.ofNullable(told.get(conversation)).map(Asked::now);
    }

    /** Those that still need a decision: what waits may not have been looked at since the last one. */
    List<TrustRequest> open(Step step, TrustDecisions trust) throws StoreException {
        List<TrustRequest> open = new ArrayList<>();
        for (Asked asked : told.values()) {
            if (needsDecision(step, trust, asked)) {
                open.add(asked.request());
            }
        }
        return open;
    }

    private static boolean needsDecision(Step step, TrustDecisions trust, Asked asked) throws StoreException {
        for (TrustKey key : asked.request().keys()) {
            if (trust.peek(step, key.jid(), key.fingerprint().key(), asked.former()) == TrustLevel.UNDECIDED) {
                return true;
            }
        }
        return false;
    }

    /** A message of the conversation waits for no decision, or what was asked for was answered. */
    void settled(Step step, BareJid conversation) {
        if (told.containsKey(conversation)) {
            step.afterCommit(() -> told.remove(conversation));
        }
    }
}
