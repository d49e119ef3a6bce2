/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static java.util.function.Predicate.not;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.cli.ChatEvents.Answer;
import org.omemo4j.cli.ChatEvents.Asked;
import org.omemo4j.cli.ChatRequest.Choice;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.cli.ChatRequest.Which;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.smack.WaitingMessage;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.UnusableUriException;
import org.omemo4j.trust.VerificationResult;
import org.omemo4j.trust.VerificationUri;

/**
 * The decisions that a chat waits for, and the answers. Each request has a number of its own, and a conversation one open request at most: an answer to one that another has replaced
 * meanwhile, with devices that nobody has looked at, does nothing. Thread-safe.
 */
final class ChatDecisions implements OmemoListener {
    private final OmemoManager omemo;
    private final ChatEvents events;
    private final Predicate<BareJid> rooms;

    /** By conversation, the oldest first. */
    private final Map<BareJid, Asked> open = new LinkedHashMap<>();

    private int last;

    /** @param rooms whether somebody is a room that was entered here. */
    ChatDecisions(OmemoManager omemo, ChatEvents events, Predicate<BareJid> rooms) {
        this.omemo = omemo;
        this.events = events;
        this.rooms = rooms;
    }

    @Override
    public void onDecisionNeeded(TrustRequest request) {
        BareJid conversation = request.conversation();
        Asked asked;
        synchronized (open) {
            last++;
            asked = new Asked(last, request, Optional.of(conversation).filter(rooms));
            open.remove(conversation);
            open.put(conversation, asked);
        }
        try {
            tell(asked);
        } catch (StoreException | OmemoException e) {
            events.error(Sentence.of(e));
        }
    }

    /** @throws Malformed if nothing was changed, as there is nothing that it could be about. */
    void perform(ChatRequest.OfTrust answer) throws Malformed {
        try {
            if (answer instanceof ChatRequest.Decide decide) {
                decide(decide);
            } else if (answer instanceof ChatRequest.Without without) {
                Asked asked = taken(find(without.request()));
                omemo.trust().sendWithout(asked.request());
                events.answered(asked, Answer.WITHOUT);
            } else if (answer instanceof ChatRequest.Refuse refuse) {
                Asked asked = taken(find(refuse.request()));
                omemo.trust().refuse(asked.request());
                events.answered(asked, Answer.REFUSE);
            } else if (answer instanceof ChatRequest.Requests) {
                tellAgain();
            } else if (answer instanceof ChatRequest.Verify verify) {
                verify(verify.expected(), verify.uri());
            } else if (answer instanceof ChatRequest.AcceptKey accept) {
                accept(accept);
            } else if (answer instanceof ChatRequest.DecideKey decide) {
                decide(decide);
            } else if (answer instanceof ChatRequest.Undo undo) {
                events.keyDecided(DecidedKey.undo(omemo, undo.key(), undo.reason()));
            } else if (answer instanceof ChatRequest.Devices devices) {
                DeviceAddress own = omemo.ownDevice().address();
                BareJid of = devices.of().map(BareJid.class::cast).orElse(own.jid());
                events.devices(of, omemo.devices(of), own);
            }
        } catch (StoreException | OmemoException e) {
            events.error(Sentence.of(e));
        }
    }

    /** Whether what waits in this conversation waits for an answer. */
    boolean isWaiting(BareJid conversation) throws StoreException {
        Optional<Asked> asked;
        synchronized (open) {
            asked = Optional.ofNullable(open.get(conversation));
        }
        return asked.isPresent() && needsAnswer(asked.get());
    }

    private void decide(ChatRequest.Decide decide) throws Malformed, StoreException {
        Asked asked = find(decide.request());
        Map<TrustKey, Decision> decisions = new LinkedHashMap<>();
        for (Choice choice : decide.choices()) {
            for (TrustKey key : keys(asked, choice.which())) {
                Decision before = decisions.putIfAbsent(key, choice.decision());
                if (before != null && before != choice.decision()) {
                    throw new Malformed("two decisions about the key " + key.fingerprint() + " of " + key.jid()
                            + ": nothing was decided");
                }
            }
        }
        events.decided(asked, omemo.trust().answer(taken(asked).request(), decisions));
    }

    private static List<TrustKey> keys(Asked asked, Which which) throws Malformed {
        List<KnownDevice> devices = asked.request().devices();
        if (which instanceof Which.Numbered numbered) {
            if (numbered.device() < 1 || numbered.device() > devices.size()) {
                throw new Malformed(
                        "request " + asked.number() + " has no device " + numbered.device() + ": nothing was decided");
            }
            return List.of(key(devices.get(numbered.device() - 1)));
        }
        if (which instanceof Which.Keyed keyed) {
            if (!asked.request().keys().contains(keyed.key())) {
                throw new Malformed("request " + asked.number() + " does not ask about the key "
                        + keyed.key().fingerprint() + " of " + keyed.key().jid() + ": nothing was decided");
            }
            return List.of(keyed.key());
        }
        return devices.stream().map(ChatDecisions::key).toList();
    }

    private static TrustKey key(KnownDevice device) {
        return new TrustKey(device.address().jid(), device.fingerprint().orElseThrow());
    }

    private Asked find(int number) throws Malformed, StoreException {
        Optional<Asked> asked;
        synchronized (open) {
            if (number < 1 || number > last) {
                throw new Malformed("request " + number + " is not open: there was none with this number");
            }
            asked = open.values().stream()
                    .filter(each -> each.number() == number)
                    .findFirst();
        }
        if (asked.isEmpty()) {
            throw notOpen(number);
        }
        if (!needsAnswer(asked.get())) {
            taken(asked.get());
            throw new Malformed("request " + number
                    + " needs no answer any more: its devices were decided about, or nothing waits for them");
        }
        return asked.get();
    }

    /** It is answered once. */
    private Asked taken(Asked asked) throws Malformed {
        synchronized (open) {
            if (!open.remove(asked.request().conversation(), asked)) {
                throw notOpen(asked.number());
            }
        }
        return asked;
    }

    private static Malformed notOpen(int number) {
        return new Malformed("request " + number + " is not open: it was answered, or a newer one has taken its place");
    }

    /** A decision may have come from elsewhere, or the time for it be over. */
    private boolean needsAnswer(Asked asked) throws StoreException {
        return omemo.trust().requests().contains(asked.request());
    }

    private void tellAgain() throws StoreException {
        List<Asked> all;
        synchronized (open) {
            all = List.copyOf(open.values());
        }
        boolean none = true;
        for (Asked asked : all) {
            if (needsAnswer(asked)) {
                tell(asked);
                none = false;
            }
        }
        if (none) {
            events.notice("Nothing waits for a decision.", Optional.empty());
        }
    }

    private void tell(Asked asked) throws StoreException {
        events.trustRequest(
                asked,
                omemo.waiting().stream()
                        .filter(message -> message.to().equals(asked.request().conversation()))
                        .map(WaitingMessage::stanzaId)
                        .toList());
    }

    /** @param whom the text has to be about; a room is nobody. */
    private void verify(Optional<EntityBareJid> whom, String text) throws StoreException {
        Optional<EntityBareJid> expected = whom.filter(not(rooms));
        Optional<BareJid> claimed = claimed(text);
        boolean ours = claimed.equals(Optional.of(omemo.ownDevice().address().jid()));
        VerificationResult result = expected.isPresent() && !ours
                ? omemo.trust().verify(expected.get(), text)
                : omemo.trust().verify(text);
        events.verification(VerificationReport.of(text, result, new KnownKeys(omemo)));
    }

    private void accept(ChatRequest.AcceptKey accept) throws Malformed, StoreException {
        DeviceAddress device = accept.device();
        KnownKeys keys = new KnownKeys(omemo);
        if (!keys.isSeen(device)) {
            throw new Malformed(
                    "no device " + device.device() + " of " + device.jid() + " is known here: nothing was accepted");
        }
        Optional<Fingerprint> known = keys.of(device);
        events.keyAccepted(new AcceptedKey(
                device, accept.shown(), known, omemo.trust().acceptKey(device, accept.shown(), accept.reason())));
    }

    private void decide(ChatRequest.DecideKey decide) throws Malformed, StoreException {
        Optional<String> missing = new KnownKeys(omemo).missing(decide.key());
        if (missing.isPresent()) {
            throw new Malformed(missing.get() + ": nothing was decided");
        }
        events.keyDecided(DecidedKey.decide(omemo, decide.key(), decide.decision(), decide.reason()));
    }

    /** Whose keys a URI says that it has. */
    private static Optional<BareJid> claimed(String text) {
        try {
            return Optional.of(VerificationUri.parse(text).jid());
        } catch (UnusableUriException e) {
            return e.jid();
        }
    }
}
