/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.DeviceLists.Knowledge;
import org.omemo4j.engine.Encryption.Held;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.Encryption.Refusal;
import org.omemo4j.engine.Encryption.Refused;
import org.omemo4j.engine.Readers.Reader;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;

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
    List<MemberLeftOut> leftOut(Step step, OutgoingMessage message, List<Session> sessions, List<LeftOut> devices)
            throws StoreException {
        Set<BareJid> reached =
                sessions.stream().map(session -> session.address().jid()).collect(Collectors.toSet());
        Map<BareJid, MemberLeftOut.Why> whys = new HashMap<>();
        for (LeftOut device : devices) {
            if (device.why() == LeftOut.Why.UNDECIDED) {
                whys.put(device.device().jid(), MemberLeftOut.Why.UNDECIDED);
            } else if (device.why() == LeftOut.Why.NO_ANSWER) {
                whys.putIfAbsent(device.device().jid(), MemberLeftOut.Why.NO_ANSWER);
            }
        }
        return others(step, message.readers(), reached, whys);
    }

    /** Those who could not read a message that was sent now, as far as that is known without sending one. */
    List<MemberLeftOut> outlook(Step step, Set<BareJid> members) throws StoreException {
        OutgoingMessage text = OutgoingMessage.toRoom(state.owner(), members, List.of(), false);
        Set<BareJid> reached = new HashSet<>();
        Map<BareJid, MemberLeftOut.Why> whys = new HashMap<>();
        for (Reader reader : readers.of(step, text, new ArrayList<>())) {
            BareJid member = reader.address().jid();
            Optional<TrustLevel> level = level(step, reader);
            boolean failed =
                    reader.session().isEmpty() && state.bundles().hasFailed(step, reader.address(), reader.version());
            if (level.equals(Optional.of(TrustLevel.UNDECIDED))) {
                whys.put(member, MemberLeftOut.Why.UNDECIDED);
            } else if (failed && state.bundles().isUnanswered(reader.address(), reader.version())) {
                whys.putIfAbsent(member, MemberLeftOut.Why.NO_ANSWER);
            } else if (!failed
                    && level.map(known -> state.trust().mayRead(member, known)).orElse(true)) {
                reached.add(member);
            }
        }
        return others(step, members, reached, whys);
    }

    /** What keeps a message from leaving; empty if it may. A person who has it leave without undecided devices has it leave without whoever has no others. */
    Optional<Encryption> objection(
            Step step, OutgoingMessage message, List<Session> sessions, List<MemberLeftOut> leftOut) {
        Set<BareJid> consented = message.without().stream().map(TrustKey::jid).collect(Collectors.toSet());
        List<MemberLeftOut> wanting = leftOut.stream()
                .filter(member -> member.why() != MemberLeftOut.Why.UNDECIDED || !consented.contains(member.member()))
                .toList();
        boolean isReadByNobody =
                sessions.stream().allMatch(session -> session.address().jid().equals(state.owner()));
        if (leftOut.isEmpty() && message.unnamed().isEmpty()) {
            return sessions.isEmpty()
                    ? Optional.of(new Refused(
                            Refusal.NO_USABLE_DEVICE,
                            "Nobody else is in the room " + message.to()
                                    + ", and this account has no other device. The message was not sent; send it again when"
                                    + " somebody is there.",
                            step.reaction()))
                    : Optional.empty();
        }
        boolean isComplete = wanting.isEmpty() && message.unnamed().isEmpty();
        return switch (isComplete ? MembersWithoutKeys.SKIP : state.membersWithoutKeys()) {
            case HOLD -> Optional.of(new Held(wanting, message.unnamed(), step.reaction()));
            case FAIL ->
                Optional.of(new Refused(
                        Refusal.MEMBER_WITHOUT_KEYS,
                        "Not everybody in the room " + message.to() + " can read the message ("
                                + words(message, wanting) + "). It was not sent." + remedy(message, wanting),
                        step.reaction()));
            case SKIP ->
                isReadByNobody
                        ? Optional.of(new Refused(
                                Refusal.NO_USABLE_DEVICE,
                                "Nobody else in the room " + message.to() + " can read the message ("
                                        + words(message, leftOut) + "). It was not sent." + remedy(message, leftOut),
                                step.reaction()))
                        : Optional.empty();
        };
    }

    /** @param whys what one of their devices says about it, for some members: best what a person can change. */
    private List<MemberLeftOut> others(
            Step step, Set<BareJid> members, Set<BareJid> reached, Map<BareJid, MemberLeftOut.Why> whys)
            throws StoreException {
        List<MemberLeftOut> leftOut = new ArrayList<>();
        for (BareJid member : members.stream().sorted().toList()) {
            if (!member.equals(state.owner()) && !reached.contains(member)) {
                MemberLeftOut.Why why = whys.get(member);
                leftOut.add(new MemberLeftOut(member, why == null ? why(step, member) : why));
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

    /** What its key is worth, once that is known. */
    private Optional<TrustLevel> level(Step step, Reader reader) throws StoreException {
        Optional<Bytes> key = state.lists().device(step, reader.address()).flatMap(DeviceRecord::identityKey);
        return key.isEmpty()
                ? Optional.empty()
                : Optional.of(state.trust().peek(step, reader.address().jid(), DeviceLists.identityKey(key.get())));
    }

    private static String remedy(OutgoingMessage message, List<MemberLeftOut> members) {
        return (members.isEmpty()
                        ? ""
                        : " Who has no keys needs a client with OMEMO, or has to leave the room; a server that has not answered may do so when it is sent again.")
                + (message.unnamed().isEmpty() ? "" : " Send it again when the room tells who they all are.");
    }

    private static String words(OutgoingMessage message, List<MemberLeftOut> leftOut) {
        String named = Stream.concat(leftOut.stream().map(MemberLeftOut::words), message.unnamed().stream())
                .limit(MAX_NAMED)
                .collect(Collectors.joining("; "));
        int more = leftOut.size() + message.unnamed().size() - MAX_NAMED;
        return more > 0 ? named + "; and " + more + " more" : named;
    }
}
