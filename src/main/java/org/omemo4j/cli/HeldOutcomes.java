/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.concurrent.Executor;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;

/**
 * Tells a listener each outcome when its time has come; that nothing can be encrypted or decrypted any more at once.
 *
 * @param listener who hears of it.
 * @param later does it then, in order.
 */
record HeldOutcomes(OmemoListener listener, Executor later) implements OmemoListener {
    @Override
    public void onEvent(OmemoEvent event) {
        later.execute(() -> listener.onEvent(event));
    }

    @Override
    public void onDecisionNeeded(TrustRequest request) {
        later.execute(() -> listener.onDecisionNeeded(request));
    }

    @Override
    public void onOptOut(OmemoEvent.OptedOut optOut) {
        later.execute(() -> listener.onOptOut(optOut));
    }

    @Override
    public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
        later.execute(() -> listener.onUndecryptable(message, reason));
    }

    @Override
    public void onDuplicate(UnreadMessage message) {
        later.execute(() -> listener.onDuplicate(message));
    }

    @Override
    public void onNotForThisDevice(UnreadMessage message) {
        later.execute(() -> listener.onNotForThisDevice(message));
    }

    @Override
    public void onLeftUnread(UnreadMessage message) {
        later.execute(() -> listener.onLeftUnread(message));
    }

    @Override
    public void onSent(SentMessage message) {
        later.execute(() -> listener.onSent(message));
    }

    @Override
    public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
        later.execute(() -> listener.onSendFailed(to, stanzaId, why));
    }

    @Override
    public void onSentInClear(BareJid to, String stanzaId) {
        later.execute(() -> listener.onSentInClear(to, stanzaId));
    }

    @Override
    public void onWithheld(BareJid to, String stanzaId) {
        later.execute(() -> listener.onWithheld(to, stanzaId));
    }

    @Override
    public void onContentDropped(BareJid from, List<String> names) {
        later.execute(() -> listener.onContentDropped(from, names));
    }

    @Override
    public void onMessagesMayHaveBeenMissed() {
        later.execute(listener::onMessagesMayHaveBeenMissed);
    }

    @Override
    public void onStopped(Exception cause) {
        listener.onStopped(cause);
    }
}
