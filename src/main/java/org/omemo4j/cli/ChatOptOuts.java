/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;

/**
 * Plain text, which nobody gets who has not asked for it inside an encrypted message, and to which the person has not agreed in this very chat: what an earlier one has agreed to has to be said
 * again. Thread-safe.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Opt-out"</a>
 */
final class ChatOptOuts {
    private final OmemoManager omemo;
    private final ChatEvents events;
    private final Predicate<BareJid> rooms;
    private final Set<BareJid> agreed = ConcurrentHashMap.newKeySet();

    /** @param rooms whether somebody is a room that was entered here. */
    ChatOptOuts(OmemoManager omemo, ChatEvents events, Predicate<BareJid> rooms) {
        this.omemo = omemo;
        this.events = events;
        this.rooms = rooms;
    }

    /** @throws Malformed if nothing was changed, as there is nothing that it could be about. */
    void perform(ChatRequest.OfPlaintext request) throws Malformed {
        try {
            if (request instanceof ChatRequest.AcceptPlaintext accept) {
                accept(accept.to());
            } else if (request instanceof ChatRequest.Encrypt encrypt) {
                encrypt(encrypt.to());
            } else if (request instanceof ChatRequest.OptOut optOut) {
                ask(optOut.to(), optOut.reason());
            }
        } catch (StoreException | OmemoException e) {
            events.error(Sentence.of(e));
        }
    }

    /** Whether a message to this contact may leave in clear. Where it may not, it is seen to that it does not. */
    boolean allowsClearText(BareJid contact) throws CommandFailure {
        if (agreed.contains(contact)) {
            return true;
        }
        Client.requireEncryption(omemo, contact);
        return false;
    }

    private void accept(EntityBareJid to) throws Malformed, StoreException {
        if (omemo.optedOut(to).isEmpty() && omemo.policy(to) != EncryptionPolicy.OFF) {
            throw new Malformed(to + " has not asked for plain text: what you write to them stays encrypted");
        }
        omemo.acceptPlaintext(to);
        agreed.add(to);
        events.conversation(to, false);
    }

    private void encrypt(EntityBareJid to) throws StoreException {
        agreed.remove(to);
        omemo.setPolicy(to, EncryptionPolicy.REQUIRED);
        omemo.declineOptOut(to);
        events.conversation(to, true);
    }

    private void ask(EntityBareJid to, Optional<String> reason) throws Malformed, StoreException {
        if (to.equals(omemo.ownDevice().address().jid())) {
            throw new Malformed("plain text is asked of a contact, and " + to + " is you");
        }
        if (rooms.test(to)) {
            throw new Malformed("plain text is asked of one contact, not of a room such as " + to);
        }
        omemo.optOut(to, reason);
        events.notice(
                "You ask " + to + " for plain text. What you write to them yourself stays encrypted.",
                Optional.empty());
    }
}
