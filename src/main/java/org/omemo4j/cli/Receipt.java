/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jivesoftware.smack.StanzaCollector;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaError;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.SentMessage;

/** Learns whether the server has one message. */
final class Receipt implements OmemoListener, AutoCloseable {
    private final Client client;
    private final EntityBareJid to;
    private final String stanzaId;
    private final CompletableFuture<SentMessage> sent = new CompletableFuture<>();
    /** Filled by the thread that reads the connection, so that a refusal is here before the answer to a later ping. */
    private final StanzaCollector refusals;

    /** Listens from now on: make it before the message is sent. */
    Receipt(Client client, EntityBareJid to, String stanzaId) {
        this.client = client;
        this.to = to;
        this.stanzaId = stanzaId;
        this.refusals = client.connection().createStanzaCollector(this::isRefusal);
        client.omemo().addOmemoListener(this);
    }

    /**
     * Returns when the server has the encrypted message and has not refused it.
     *
     * @throws CommandFailure if that is not so at the end of the time, or never will be.
     */
    void await(Deadline deadline, Path store) throws CommandFailure, InterruptedException {
        try {
            sent.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure(Sentence.of(e.getCause() == null ? e : e.getCause()), e);
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    "the message could not leave within " + deadline + "; it waits in " + store
                            + " and leaves the next time this account sends or chats from there",
                    e);
        }
        client.awaitServer();
        Stanza refusal = refusals.pollResult();
        if (refusal != null) {
            StanzaError error = refusal.getError();
            throw new CommandFailure(
                    "the server refused the message" + (error == null ? "" : ": " + error.getCondition()));
        }
    }

    @Override
    public void onSent(SentMessage message) {
        if (message.stanzaId().equals(stanzaId)) {
            sent.complete(message);
        }
    }

    @Override
    public void onSendFailed(BareJid to, String failedId, OmemoException why) {
        if (failedId.equals(stanzaId)) {
            sent.completeExceptionally(why);
        }
    }

    /** Nobody is asked here. */
    @Override
    public void onDecisionNeeded(TrustRequest request) {
        if (request.conversation().equals(to)) {
            sent.completeExceptionally(new CommandFailure(new OmemoEvent.DecisionNeeded(request).sentence()
                    + " Decide in omemo chat, with the same --store; then they leave."));
        }
    }

    @Override
    public void onStopped(Exception cause) {
        sent.completeExceptionally(cause);
    }

    @Override
    public void close() {
        client.omemo().removeOmemoListener(this);
        refusals.cancel();
    }

    private boolean isRefusal(Stanza stanza) {
        return stanza instanceof Message message
                && message.getType() == Message.Type.error
                && stanzaId.equals(message.getStanzaId())
                && message.getFrom() != null
                && message.getFrom().asBareJid().equals(to);
    }
}
