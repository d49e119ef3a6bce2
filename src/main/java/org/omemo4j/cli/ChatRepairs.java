/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jxmpp.jid.BareJid;
import org.omemo4j.cli.ChatEvents.About;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.Replacement;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;

/** What is done about messages that cannot be read, when somebody asks for it: what {@link org.omemo4j.smack.UnreadMessage#proposal} proposes. Thread-safe. */
final class ChatRepairs {
    private final OmemoManager omemo;
    private final ChatEvents events;
    private final Predicate<BareJid> rooms;

    /** @param rooms whether somebody is a room that was entered here. */
    ChatRepairs(OmemoManager omemo, ChatEvents events, Predicate<BareJid> rooms) {
        this.omemo = omemo;
        this.events = events;
        this.rooms = rooms;
    }

    /** @throws Malformed if nothing was changed, as it cannot be done. */
    void perform(ChatRequest.OfReading request) throws Malformed {
        try {
            if (request instanceof ChatRequest.ReplaceSession replace) {
                replace(replace.device());
            } else if (request instanceof ChatRequest.Refresh refresh) {
                CompletableFuture<Void> unused = omemo.prepare(refresh.of()).thenRun(() -> tellRefreshed(refresh.of()));
            }
        } catch (StoreException | OmemoException e) {
            events.error(Sentence.of(e));
        }
    }

    private void replace(DeviceAddress device) throws Malformed, StoreException {
        Replacement.Outcome outcome = omemo.replaceSession(device);
        switch (outcome) {
            case BEGUN -> events.sessionBegun(device);
            case TOO_SOON ->
                throw notReplaced(
                        device,
                        outcome,
                        "that was done a short while ago, or too often today; its next messages may be read by now, or"
                                + " try again later");
            case NOT_LISTED ->
                throw notReplaced(
                        device,
                        outcome,
                        device.equals(omemo.ownDevice().address())
                                ? "that is this very device"
                                : "its account does not list it, as far as is known; a refresh asks again");
            case NOT_TRUSTED ->
                throw notReplaced(
                        device, outcome, "its key was refused, or nobody has decided about it; trust it first");
        }
    }

    private static Malformed notReplaced(DeviceAddress device, Replacement.Outcome outcome, String why) {
        return new Malformed(
                "the session with device " + device.device() + " of " + device.jid() + " was not replaced: " + why,
                outcome);
    }

    private void tellRefreshed(BareJid of) {
        try {
            if (!omemo.isStarted()) {
                return; // the chat ends
            }
            Optional<FetchProblem> problem = omemo.deviceListProblem(of); // one that has told before stays confirmed
            if (rooms.test(of) || (problem.isEmpty() && omemo.areDevicesConfirmed(of))) {
                events.refreshed(of, Optional.of(of).filter(rooms));
                return;
            }
            String why = problem.map(FetchProblem::words).orElse("it was not asked");
            events.error("it could not be found out which devices " + of + " has: " + why, About.contact(of));
        } catch (StoreException | OmemoException e) {
            events.error(Sentence.of(e), About.contact(of));
        }
    }
}
