/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.TrustLevel;

/** Tells what became of messages that are not plain messages. {@link ChatDecisions} hears of decisions that are needed. */
final class ChatOutcomes implements OmemoListener {
    private final ChatEvents events;
    private final Predicate<BareJid> rooms;
    private final Predicate<BareJid> asks;
    private final Consumer<Exception> stopped;

    /**
     * @param rooms whether somebody is a room that was entered here.
     * @param asks whether a message waits for a decision about this account's keys.
     * @param stopped is told when nothing can be encrypted or decrypted any more.
     */
    ChatOutcomes(ChatEvents events, Predicate<BareJid> rooms, Predicate<BareJid> asks, Consumer<Exception> stopped) {
        this.events = events;
        this.rooms = rooms;
        this.asks = asks;
        this.stopped = stopped;
    }

    @Override
    public void onSent(SentMessage message) {
        events.sent(message, Optional.of(message.to()).filter(rooms));
    }

    @Override
    public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
        events.notSent(stanzaId, to, rooms.test(to), why);
    }

    @Override
    public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
        events.undecryptable(message, reason);
    }

    @Override
    public void onNotForThisDevice(UnreadMessage message) {
        events.notForThisDevice(message);
    }

    @Override
    public void onDuplicate(UnreadMessage message) {
        events.duplicate(message);
    }

    @Override
    public void onSentInClear(BareJid to, String stanzaId) {
        events.sentInClear(to, stanzaId);
    }

    @Override
    public void onWithheld(BareJid to, String stanzaId) {
        events.withheld(stanzaId, to, Optional.of(to).filter(rooms));
    }

    @Override
    public void onContentDropped(BareJid from, List<String> names) {
        events.contentDropped(from, names);
    }

    @Override
    public void onMessagesMayHaveBeenMissed() {
        events.notice("Messages may have been missed.", Optional.empty());
    }

    @Override
    public void onEvent(OmemoEvent event) {
        Optional<RefusedKey> refused = RefusedKey.of(event);
        if (event instanceof OmemoEvent.TrustChanged change) {
            events.trustChanged(change);
        } else if (refused.isPresent()) {
            events.keyRefused(refused.get(), event.sentence());
        } else if (event instanceof OmemoEvent.NewIdentityKey key) {
            events.newKey(
                    key,
                    key.level() == TrustLevel.UNDECIDED
                            && asks.test(key.device().jid()));
        } else {
            events.notice(event.sentence(), room(event));
        }
    }

    @Override
    public void onOptOut(OmemoEvent.OptedOut optOut) {
        events.optOut(optOut);
    }

    @Override
    public void onStopped(Exception cause) {
        stopped.accept(cause);
    }

    private static Optional<BareJid> room(OmemoEvent event) {
        if (event instanceof OmemoEvent.RoomMembersUnknown unknown) {
            return Optional.of(unknown.room());
        }
        if (event instanceof OmemoEvent.RoomMessageHeld held) {
            return Optional.of(held.room());
        }
        return Optional.empty();
    }
}
