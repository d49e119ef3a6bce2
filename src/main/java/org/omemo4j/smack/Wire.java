/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.SmackFuture;
import org.jivesoftware.smack.StanzaCollector;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jspecify.annotations.Nullable;

/**
 * The only way in which this package sends, and only its worker may use it: a send from the thread that reads the stream would close the
 * connection.
 */
final class Wire {
    private final Supplier<@Nullable XMPPConnection> connection;
    private final Worker worker;
    private final AtomicInteger logins = new AtomicInteger();
    /** How long a good-bye waits for what is being put into the stream, which takes no time unless Smack's queue is full. */
    private static final long PATIENCE_MILLIS = 1000;

    /** Held by the worker while something is put into the stream, never while waiting for an answer. */
    private final ReentrantLock gate = new ReentrantLock();

    private volatile Optional<Instant> closing = Optional.empty();

    Wire(Supplier<@Nullable XMPPConnection> connection, Worker worker) {
        this.connection = connection;
        this.worker = worker;
    }

    /** What became of a request. */
    interface Answer {
        /** The answer came. Called on the worker. */
        void received(IQ answer) throws Exception;

        /** An error or a time-out. Called on the worker. */
        void failed(Exception why) throws Exception;

        /** The connection went away meanwhile, which says nothing about the other side. Called on the worker. */
        void lost() throws Exception;
    }

    /** Answers to requests of before count as lost from now on. */
    void loggedIn() {
        logins.incrementAndGet();
    }

    /**
     * The application says good-bye: most likely it disconnects now. While Smack 4.4.8 waits for the end of the stream it still takes stanzas, and writes them first thing on the
     * next connection, ahead of the stream's header. So nothing is sent from now on, until a login, a presence, or some time tells otherwise.
     */
    void closing() {
        closing = Optional.of(Instant.now());
        try {
            if (gate.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                gate.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The application is logged in and wants to be. */
    void staying() {
        closing = Optional.empty();
    }

    /** Grows with each login that resumes nothing: then what was in the stream may be lost. */
    int login() {
        return logins.get();
    }

    /** Whether sending makes sense now. */
    boolean isOpen() {
        return open().isPresent();
    }

    /** Puts a message into the stream. */
    void send(Message message) throws NotConnectedException, InterruptedException {
        gate.lock();
        try {
            current().sendStanza(message);
        } finally {
            gate.unlock();
        }
    }

    /** Sends a request and waits for the answer. */
    IQ request(IQ request) throws NotConnectedException, InterruptedException, NoResponseException, XMPPErrorException {
        StanzaCollector answer;
        gate.lock();
        try {
            answer = current().createStanzaCollectorAndSend(request);
        } finally {
            gate.unlock();
        }
        return answer.nextResultOrThrow();
    }

    /** Sends a request and does not wait. */
    void request(IQ request, Answer answer) throws NotConnectedException {
        int login = logins.get();
        put(request)
                .onSuccess(iq -> worker.execute(() -> answer.received(iq)))
                .onError(why -> worker.execute(() -> {
                    if (why instanceof NotConnectedException
                            || why instanceof InterruptedException
                            || (why instanceof NoResponseException && (login != logins.get() || !isOpen()))) {
                        answer.lost();
                    } else {
                        answer.failed(why);
                    }
                }));
    }

    /**
     * Returns when our server has handled all that was sent before (XEP-0199).
     *
     * @return whether it has answered.
     */
    boolean ping() throws NotConnectedException, InterruptedException {
        try {
            request(new Ping(current().getXMPPServiceDomain()));
            return true;
        } catch (XMPPErrorException e) {
            return true; // an answer, too
        } catch (NoResponseException e) {
            return false;
        }
    }

    private SmackFuture<IQ, Exception> put(IQ request) throws NotConnectedException {
        gate.lock();
        try {
            return current().sendIqRequestAsync(request);
        } finally {
            gate.unlock();
        }
    }

    private XMPPConnection current() throws NotConnectedException {
        if (!worker.isCurrentThread()) {
            throw new IllegalStateException("Only the worker sends.");
        }
        return open().orElseThrow(NotConnectedException::new);
    }

    private Optional<XMPPConnection> open() {
        return Optional.ofNullable(connection.get())
                .filter(current -> current.isConnected() && current.isAuthenticated() && !isClosing(current));
    }

    /** An application that only went invisible is believed after twice the time that Smack waits for the end of a stream. */
    private boolean isClosing(XMPPConnection current) {
        return closing.filter(
                        since -> Duration.between(since, Instant.now()).toMillis() < 2 * current.getReplyTimeout())
                .isPresent();
    }
}
