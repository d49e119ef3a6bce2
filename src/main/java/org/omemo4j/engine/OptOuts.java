/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OptOutRecord;
import org.omemo4j.store.StoreException;

/**
 * Contacts who ask for plain text, inside an encrypted message: until a person has answered, nothing is sent to them, if a device that may read our messages asks and is not distrusted since. Used
 * under the engine's lock.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Opt-out"</a>
 */
final class OptOuts {
    private final State state;

    OptOuts(State state) {
        this.state = state;
    }

    /** What a message says that was read for the first time. In a room it is nobody's wish for a conversation, and whose key may not read what we write has none that counts. */
    void read(Step step, MessageOrigin origin, IncomingMessage message, List<XmlElement> content)
            throws StoreException {
        BareJid sender = origin.device().jid();
        Optional<OptOut> optOut = OptOut.in(content);
        if (optOut.isEmpty()
                || message.groupChat()
                || sender.equals(state.owner())
                || origin.trust().isSticky()
                || state.conversations().policy(step, sender) == EncryptionPolicy.OFF) {
            return;
        }
        boolean blocks = state.trust().mayRead(sender, origin.trust());
        if (blocks) {
            state.conversations()
                    .optedOut(
                            step,
                            sender,
                            new OptOutRecord(
                                    origin.fingerprint().key(),
                                    optOut.get().reason().orElse("")));
        }
        step.tell(new OmemoEvent.OptedOut(
                origin.device(),
                origin.fingerprint(),
                origin.trust(),
                blocks,
                optOut.get().reason()));
    }

    /** Why the contact has asked for plain text last, perhaps in no words; empty if they have not, or somebody has answered. Whoever was distrusted since has not. */
    Optional<String> reason(Step step, BareJid contact) throws StoreException {
        Optional<String> last = Optional.empty();
        for (OptOutRecord optOut : state.conversations().optOuts(step, contact)) {
            if (!state.trust().peek(step, contact, optOut.identityKey()).isSticky()) {
                last = Optional.of(optOut.reason());
            }
        }
        return last;
    }

    /** Refuses what would go to somebody who waits for an answer. */
    Optional<Encryption> objection(Step step, OutgoingMessage message) throws StoreException {
        BareJid to = message.to();
        Optional<String> reason = message.groupChat() ? Optional.empty() : reason(step, to);
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        if (message.control()) {
            return Optional.of(new Encryption.Withheld(step.reaction()));
        }
        return Optional.of(new Encryption.Refused(
                Encryption.Refusal.OPTED_OUT,
                to + " would like to receive plain text instead of encrypted messages"
                        + (reason.get().isEmpty() ? "" : " (\"" + reason.get() + "\")")
                        + ". The message was not sent. Agree to plain text, or decline and go on encrypted.",
                Reaction.NONE));
    }
}
