/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;

/** Tells what became of messages that are not plain messages. */
final class ChatOutcomes implements OmemoListener {
    private final ChatEvents events;
    private final Consumer<Exception> stopped;

    /** @param stopped is told when nothing can be encrypted or decrypted any more. */
    ChatOutcomes(ChatEvents events, Consumer<Exception> stopped) {
        this.events = events;
        this.stopped = stopped;
    }

    @Override
    public void onSent(SentMessage message) {
        events.sent(message.stanzaId(), message.to(), message.devices().size());
    }

    @Override
    public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
        events.error("the message to " + to + " was not sent: " + Sentence.of(why));
    }

    @Override
    public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
        events.undecryptable(message.from(), device(message), word(reason));
    }

    @Override
    public void onNotForThisDevice(UnreadMessage message) {
        events.undecryptable(message.from(), device(message), "not-for-this-device");
    }

    @Override
    public void onContentDropped(BareJid from, List<String> names) {
        events.note("Parts of a message of " + from + " were left out: " + String.join(", ", names) + ".");
    }

    @Override
    public void onMessagesMayHaveBeenMissed() {
        events.note("Messages may have been missed.");
    }

    @Override
    public void onEvent(OmemoEvent event) {
        events.note(event.sentence());
    }

    @Override
    public void onStopped(Exception cause) {
        stopped.accept(cause);
    }

    /** {@code NO_SESSION} is {@code no-session} here. */
    static String word(Decryption.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Integer> device(UnreadMessage message) {
        return message.device().map(DeviceAddress::device).map(id -> id.value());
    }
}
