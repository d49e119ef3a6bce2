/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.DeviceLists.Knowledge;
import org.omemo4j.engine.Encryption.InClear;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.Encryption.Missing;
import org.omemo4j.engine.Encryption.Refusal;
import org.omemo4j.engine.Encryption.Refused;
import org.omemo4j.engine.Encryption.Withheld;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/**
 * Whether a message is to be encrypted at all, by the conversation's policy and by what is known of the contact's devices. The one place where clear text can be allowed. Used
 * under the engine's lock.
 */
final class Permission {
    private final State state;
    private final OptOuts optOuts;

    Permission(State state) {
        this.state = state;
        this.optOuts = new OptOuts(state);
    }

    /** Empty: encrypt it for the devices that are known. */
    Optional<Encryption> of(Step step, OutgoingMessage message) throws StoreException {
        if (leavesAlone(state.conversations(), step, message.to(), message.groupChat())) {
            return Optional.of(new InClear(InClear.Why.OFF));
        }
        Optional<Encryption> optedOut = optOuts.objection(step, message);
        if (optedOut.isPresent()) {
            return optedOut;
        }
        if (!message.control()) {
            List<Action> toAsk = message.awaited(toAsk(step, message));
            if (!toAsk.isEmpty()) {
                return Optional.of(new Missing(toAsk, step.reaction()));
            }
        }
        if (message.groupChat()) {
            return Optional.empty();
        }
        EncryptionPolicy policy = state.conversations().policy(step, message.to());
        return hasDevices(step, message.to()) ? Optional.empty() : Optional.of(withoutDevices(step, policy, message));
    }

    /** What keeps a trust message back: who has asked for plain text, or gets it, gets nothing encrypted. Our own devices are always told. */
    Optional<Encryption> ofTrust(Step step, OutgoingMessage message) throws StoreException {
        BareJid to = message.to();
        if (to.equals(state.owner())) {
            return Optional.empty();
        }
        return leavesAlone(state.conversations(), step, to, false)
                ? Optional.of(new Refused(
                        Refusal.POLICY,
                        "What is sent to " + to + " is not encrypted, by the conversation's policy OFF. Another policy"
                                + " would encrypt it.",
                        step.reaction()))
                : optOuts.objection(step, message);
    }

    /** Whether what is sent there is left as it is. Rooms are, until somebody requires otherwise. */
    static boolean leavesAlone(Conversations conversations, Step step, BareJid to, boolean groupChat)
            throws StoreException {
        return groupChat
                ? conversations
                        .chosen(step, to)
                        .filter(policy -> policy != EncryptionPolicy.OFF)
                        .isEmpty()
                : conversations.policy(step, to) == EncryptionPolicy.OFF;
    }

    /** There are devices, and none of them can be encrypted for. */
    static Refused noUsableDevice(Step step, BareJid to, List<LeftOut> leftOut) {
        String why = leftOut.stream()
                .filter(device -> device.device().jid().equals(to))
                .map(device -> "device " + device.device().device() + ": "
                        + device.why().words())
                .collect(Collectors.joining("; "));
        boolean silent = leftOut.stream()
                .anyMatch(device -> device.device().jid().equals(to) && device.why() == LeftOut.Why.NO_ANSWER);
        return new Refused(
                silent ? Refusal.NO_ANSWER : Refusal.NO_USABLE_DEVICE,
                "None of the OMEMO devices of " + to + " can be used (" + why
                        + "). The message was not sent. Where a bundle is wanting, the contact has to start their client; where a decision is, make it.",
                step.reaction());
    }

    /** A message that waited leaves in clear only if it might have when it was written: somebody may have said since then that it need not be encrypted, but not this one. */
    static Encryption ofWaiting(ParkedRecord parked, InClear now) {
        if (now.why() == InClear.Why.NO_DEVICES && parked.policy().equals(EncryptionPolicy.PREFERRED.name())) {
            return now;
        }
        return new Refused(
                Refusal.POLICY,
                "The message to " + parked.to()
                        + " was written to be encrypted, and while it waited the conversation's policy was loosened."
                        + " It was not sent; send it again if it may leave in clear.",
                Reaction.NONE);
    }

    /** Which lists a message waits for. A room waits for a list once; when it could not be had, it is asked for again while messages go on without it; but they never go on without our own. */
    List<Action> toAsk(Step step, OutgoingMessage message) throws StoreException {
        List<Action> actions = new ArrayList<>();
        Set<BareJid> accounts =
                new LinkedHashSet<>(message.readers().stream().sorted().toList());
        accounts.add(state.owner());
        for (BareJid account : accounts) {
            for (OmemoVersion version : state.versions()) {
                Action ask = new Action.FetchDeviceList(account, version);
                Knowledge knowledge = state.lists().knowledge(step, account, version);
                if (knowledge == Knowledge.TO_BE_ASKED_AGAIN && message.groupChat() && !account.equals(state.owner())) {
                    step.act(ask);
                } else if (knowledge == Knowledge.TO_BE_ASKED || knowledge == Knowledge.TO_BE_ASKED_AGAIN) {
                    actions.add(ask);
                }
            }
        }
        return actions;
    }

    /** In a chat with ourselves, this device does not count. */
    private boolean hasDevices(Step step, BareJid to) throws StoreException {
        DeviceAddress own = state.keys().address();
        return state.lists().active(step, to).stream()
                .anyMatch(device -> !device.address().equals(own));
    }

    private Encryption withoutDevices(Step step, EncryptionPolicy policy, OutgoingMessage message)
            throws StoreException {
        BareJid to = message.to();
        Optional<OmemoVersion> unknown = unconfirmed(step, to);
        if (policy == EncryptionPolicy.PREFERRED
                && unknown.isEmpty()
                && !state.conversations().isEncrypted(step, to)) {
            return new InClear(InClear.Why.NO_DEVICES);
        }
        if (message.control()) {
            return new Withheld(step.reaction());
        }
        return unknown.isPresent()
                ? listUnknown(step, to, unknown.get())
                : new Refused(
                        Refusal.NO_DEVICES,
                        to + " has no OMEMO devices. The message was not sent."
                                + " The contact needs a client with OMEMO, or this conversation another policy.",
                        step.reaction());
    }

    /** A version whose list of this account is not known for sure now. */
    Optional<OmemoVersion> unconfirmed(Step step, BareJid to) throws StoreException {
        Optional<OmemoVersion> unknown = Optional.empty();
        for (OmemoVersion version : state.versions()) {
            if (state.lists().knowledge(step, to, version) != Knowledge.CONFIRMED) {
                unknown = Optional.of(version);
            }
        }
        return unknown;
    }

    /** It was asked for in vain. */
    Refused listUnknown(Step step, BareJid to, OmemoVersion version) {
        Optional<FetchProblem> problem = state.lists().problem(to, version);
        return new Refused(
                problem.equals(Optional.of(FetchProblem.NO_ANSWER)) ? Refusal.NO_ANSWER : Refusal.DEVICE_LIST_UNKNOWN,
                "It could not be found out which OMEMO devices " + to + " has: "
                        + problem.map(FetchProblem::words).orElse("it was not asked")
                        + ". The message was not sent; send it again when that has changed.",
                step.reaction());
    }
}
