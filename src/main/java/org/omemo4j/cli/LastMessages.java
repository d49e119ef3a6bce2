/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.smack.WaitingMessage;
import org.omemo4j.store.StoreException;

/** What was asked for leaves before the end of a chat, if it can. */
record LastMessages(OmemoManager omemo, ChatDecisions decisions) {

    /** @throws CommandFailure if something is left: at the end of the time, or as soon as only a person could help, whom nobody hears any more. */
    void await(Duration time) throws CommandFailure, InterruptedException {
        Deadline deadline = Deadline.in(time);
        try {
            Set<BareJid> undecided = Poll.until(deadline, Optional::isPresent, this::leftToDecide)
                    .orElse(Set.of());
            if (!undecided.isEmpty()) {
                throw new CommandFailure("messages to "
                        + undecided.stream().map(BareJid::toString).collect(Collectors.joining(", "))
                        + " wait for a decision about devices; they stay in the store, and the next chat asks again");
            }
            if (!omemo.awaitSent(deadline.remaining())) {
                throw new CommandFailure("some messages could not leave within " + deadline
                        + "; they wait in the store and leave the next time");
            }
        } catch (StoreException | OmemoException e) {
            throw new CommandFailure(Sentence.of(e), e);
        }
    }

    /** The conversations in which something waits, if all of it waits for decisions. */
    private Optional<Set<BareJid>> leftToDecide() throws StoreException {
        Set<BareJid> conversations = new LinkedHashSet<>();
        for (WaitingMessage message : omemo.waiting()) {
            if (!decisions.isWaiting(message.to())) {
                return Optional.empty();
            }
            conversations.add(message.to());
        }
        return Optional.of(conversations);
    }
}
