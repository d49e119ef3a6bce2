/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jivesoftware.smack.AbstractXMPPConnection;
import org.jivesoftware.smack.ConnectionConfiguration;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPException.StreamErrorException;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Nonza;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.packet.StreamError;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** A connection without a network: keeps what is sent, and answers requests as a test says, others with an error. */
public final class QuietConnection extends AbstractXMPPConnection {
    private final BlockingQueue<Stanza> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exception> ended = new LinkedBlockingQueue<>();
    private volatile Function<IQ, Optional<IQ>> server = request -> Optional.empty();

    private volatile Predicate<IQ> unanswered = request -> false;
    private volatile @Nullable CountDownLatch fullQueue;
    private volatile Predicate<Stanza> shut = stanza -> false;
    private volatile Predicate<Message> refused = message -> false;
    private volatile List<Stanza> unacknowledged = List.of();

    public QuietConnection(String user, String domain) throws Exception {
        super(new Configuration(new Configuration.Builder()
                .setUsernameAndPassword(user, "secret")
                .setXmppDomain(domain)
                .setSecurityMode(ConnectionConfiguration.SecurityMode.disabled)
                .setSendPresence(false)));
    }

    /** Call it after the manager was made: then {@link #comeBack} waits until the manager has heard of the end. */
    void watchTheEnd() {
        addConnectionListener(new ConnectionListener() {
            @Override
            public void connectionClosedOnError(Exception cause) {
                ended.add(cause);
            }
        });
    }

    /** From now on requests are answered by this. */
    public void answerBy(Function<IQ, Optional<IQ>> answers) {
        server = answers;
    }

    /** From now on requests are not answered. */
    void answerNothing() {
        answerNothingTo(request -> true);
    }

    /** From now on these are not answered, others are. */
    void answerNothingTo(Predicate<IQ> requests) {
        unanswered = requests;
    }

    /** From now on the queue of stanzas is full: who sends stands in it until interrupted. @param stands is counted down by who does. */
    void standsInTheQueue(CountDownLatch stands) {
        fullQueue = stands;
    }

    /** From now on these stanzas meet a queue that is shut, as Smack's is when a stream is lost that may be resumed. */
    void shutTheQueueFor(Predicate<Stanza> stanzas) {
        shut = stanzas;
    }

    /** Logs in as when a stream is resumed. */
    void resume() throws Exception {
        connect();
        user = JidCreate.entityFullFromOrThrowUnchecked("alice@" + getXMPPServiceDomain() + "/here");
        afterSuccessfulLogin(true);
    }

    /** The next stream begins with these, as an earlier one may have lost them. */
    void repeatsAtLogin(Stanza... stanzas) {
        unacknowledged = List.of(stanzas);
    }

    /** From now on these messages end the stream, as one does that is too large for a server. */
    void refuse(Predicate<Message> messages) {
        refused = messages;
    }

    /** Connects and logs in again, once the end of the stream was told to everybody. */
    void comeBack() throws Exception {
        ended.take();
        connect();
        login();
    }

    public BlockingQueue<Stanza> sent() {
        return sent;
    }

    /** The next message among what was sent. */
    Message sentMessage() throws InterruptedException {
        while (true) {
            Stanza stanza = sent.poll(30, TimeUnit.SECONDS);
            if (stanza == null) {
                throw new AssertionError("no message on the wire");
            }
            if (stanza instanceof Message message) {
                return message;
            }
        }
    }

    /** As if this came from the server. */
    public void receive(Stanza stanza) {
        invokeStanzaCollectorsAndNotifyRecvListeners(stanza);
    }

    @Override
    protected void sendStanzaInternal(Stanza stanza) throws InterruptedException {
        if (shut.test(stanza)) {
            throw new InterruptedException();
        }
        CountDownLatch full = fullQueue;
        if (full != null) {
            full.countDown();
            new CountDownLatch(1).await(); // never
        }
        sent.add(stanza);
        firePacketSendingListeners(stanza);
        if (stanza instanceof Message message && refused.test(message)) {
            notifyConnectionError(new StreamErrorException(
                    new StreamError(StreamError.Condition.policy_violation, null, null, null)));
        }
        if (stanza instanceof IQ request && request.isRequestIQ() && !unanswered.test(request)) {
            answer(request);
        }
    }

    /** Perhaps late. */
    void answer(IQ request) {
        IQ answer = server.apply(request)
                .orElseGet(() -> IQ.createErrorResponse(request, StanzaError.Condition.service_unavailable));
        answer.setStanzaId(request.getStanzaId());
        answer.setFrom(request.getTo());
        receive(answer);
    }

    @Override
    protected void connectInternal() {
        connected = true;
    }

    @Override
    protected void loginInternal(String username, String password, Resourcepart resource) {
        user = JidCreate.entityFullFromOrThrowUnchecked(username + "@" + getXMPPServiceDomain() + "/here");
        try {
            for (Stanza stanza : unacknowledged) {
                sendStanzaInternal(stanza);
            }
            unacknowledged = List.of();
            afterSuccessfulLogin(false);
        } catch (NotConnectedException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void shutdown() {
        instantShutdown();
    }

    @Override
    public void instantShutdown() {
        connected = false;
        authenticated = false;
    }

    @Override
    public void sendNonza(Nonza element) {}

    @Override
    public boolean isSecureConnection() {
        return true;
    }

    @Override
    public boolean isUsingCompression() {
        return false;
    }

    private static final class Configuration extends ConnectionConfiguration {
        Configuration(Builder builder) {
            super(builder);
        }

        private static final class Builder extends ConnectionConfiguration.Builder<Builder, Configuration> {
            @Override
            protected Builder getThis() {
                return this;
            }

            @Override
            public Configuration build() {
                return new Configuration(this);
            }
        }
    }
}
