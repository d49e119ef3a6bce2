/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.DeviceLists.Knowledge;
import org.omemo4j.engine.Encryption.Held;
import org.omemo4j.engine.Encryption.Refusal;
import org.omemo4j.engine.Encryption.Refused;
import org.omemo4j.engine.Readers.Reader;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.StoreException;

/** The members of a room whom a message does not reach, unknown ones too, and what follows from that. Used under the engine's lock. */
final class Members {
    /** More would hide the rest of the sentence. */
    private static final int MAX_NAMED = 10;

    private final State state;
    private final Readers readers;

    Members(State state, Readers readers) {
        this.state = state;
        this.readers = readers;
    }

    /** Those to whom none of these sessions leads, in the order of their names. Our own account is none of them. */
    List<MemberLeftOut> leftOut(Step step, OutgoingMessage message, List<Session> sessions) throws StoreException {
        Set<BareJid> reached =
                sessions.stream().map(session -> session.address().jid()).collect(Collectors.toSet());
        return others(step, message.readers(), reached);
    }

    /** Those who could not read a message that was sent now, as far as that is known without sending one. */
    List<MemberLeftOut> outlook(Step step, Set<BareJid> members) throws StoreException {
        OutgoingMessage text = OutgoingMessage.toRoom(state.owner(), members, List.of(), false);
        Set<BareJid> reached = new HashSet<>();
        for (Reader reader : readers.of(step, text, new ArrayList<>())) {
            if (mayRead(step, reader)) {
                reached.add(reader.address().jid());
            }
        }
        return others(step, members, reached);
    }

    /** What keeps a message from leaving; empty if it may. */
    Optional<Encryption> objection(
            Step step, OutgoingMessage message, List<Session> sessions, List<MemberLeftOut> leftOut) {
        boolean isReadByNobody =
                sessions.stream().allMatch(session -> session.address().jid().equals(state.owner()));
        if (leftOut.isEmpty() && message.unnamed().isEmpty()) {
            return sessions.isEmpty()
                    ? Optional.of(new Refused(
                            Refusal.NO_USABLE_DEVICE,
                            "Nobody else is in the room " + message.to()
                                    + ", and this account has no other device. The message was not sent.",
                            step.reaction()))
                    : Optional.empty();
        }
        return switch (state.membersWithoutKeys()) {
            case HOLD -> Optional.of(new Held(leftOut, message.unnamed(), step.reaction()));
            case FAIL ->
                Optional.of(new Refused(
                        Refusal.MEMBER_WITHOUT_KEYS,
                        "Not everybody in the room " + message.to() + " can read the message ("
                                + words(message, leftOut) + "). It was not sent."
                                + (leftOut.isEmpty()
                                        ? ""
                                        : " These need a client with OMEMO, or have to leave the room."),
                        step.reaction()));
            case SKIP ->
                isReadByNobody
                        ? Optional.of(new Refused(
                                Refusal.NO_USABLE_DEVICE,
                                "Nobody else in the room " + message.to() + " can read the message ("
                                        + words(message, leftOut) + "). It was not sent.",
                                step.reaction()))
                        : Optional.empty();
        };
    }

    private List<MemberLeftOut> others(Step step, Set<BareJid> members, Set<BareJid> reached) throws StoreException {
        List<MemberLeftOut> leftOut = new ArrayList<>();
        for (BareJid member : members.stream().sorted().toList()) {
            if (!member.equals(state.owner()) && !reached.contains(member)) {
                leftOut.add(new MemberLeftOut(member, why(step, member)));
            }
        }
        return leftOut;
    }

    private MemberLeftOut.Why why(Step step, BareJid member) throws StoreException {
        if (!state.lists().active(step, member).isEmpty()) {
            return MemberLeftOut.Why.NO_USABLE_DEVICE;
        }
        for (OmemoVersion version : state.versions()) {
            if (state.lists().knowledge(step, member, version) != Knowledge.CONFIRMED) {
                return MemberLeftOut.Why.DEVICE_LIST_UNKNOWN;
            }
        }
        return MemberLeftOut.Why.NO_DEVICES;
    }

    private boolean mayRead(Step step, Reader reader) throws StoreException {
        if (reader.session().isEmpty()) {
            return !state.bundles().hasFailed(reader.address(), reader.version());
        }
        return state.trust()
                .peek(step, reader.address().jid(), reader.session().get().identityKey())
                .mayRead();
    }

    private static String words(OutgoingMessage message, List<MemberLeftOut> leftOut) {
        String named = Stream.concat(leftOut.stream().map(MemberLeftOut::words), message.unnamed().stream())
                .limit(MAX_NAMED)
                .collect(Collectors.joining("; "));
        int more = leftOut.size() + message.unnamed().size() - MAX_NAMED;
        return more > 0 ? named + "; and " + more + " more" : named;
    }
}
