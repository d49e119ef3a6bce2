/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.SmackFuture;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.filter.AndFilter;
import org.jivesoftware.smack.filter.IQReplyFilter;
import org.jivesoftware.smack.filter.StanzaFilter;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jspecify.annotations.Nullable;

/**
 * The way in which this package sends, and only its worker may use it: a send from the thread that reads the stream would close the
 * connection. What {@link Lifecycle#sends} adds goes with a stanza of the application.
 */
final class Wire implements Silence.OurServer {
    private final Supplier<@Nullable XMPPConnection> connection;
    private final Worker worker;
    private final AtomicInteger logins = new AtomicInteger();

    /** Questions whose answers have not come in, by their ids, and what is an answer to each: not whatever has its id. */
    private final Map<String, StanzaFilter> unanswered = new ConcurrentHashMap<>();

    /** Then nobody waits for an answer any more. */
    private static final Duration LATE = Duration.ofMinutes(1);

    /** In time-outs of Smack. */
    private static final int MAX_PING_PATIENCE = 16;

    /** How long a good-bye or a new connection waits for what is being put into the stream, which takes no time unless Smack's queue is full. */
    private static final long PATIENCE_MILLIS = 1000;

    /** Held by the worker while something is put into the stream, never while waiting for an answer. */
    private final ReentrantLock gate = new ReentrantLock();

    /** Who holds the gate and may be interrupted. Guarded by itself. */
    private final Thread[] sending = new Thread[1];

    /** Since when, by {@link System#nanoTime()}. */
    private volatile Optional<Long> closing = Optional.empty();

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

    /** What became of a ping that was sent. */
    interface Echo {
        /** Whether the answer came; else the connection went away, or an interceptor of the application would not let us ask again. Called on the worker, once. */
        void came(boolean came) throws Exception;
    }

    /** Something is put into Smack's queue, which blocks while that is full. */
    private interface Put<T> {
        T into(XMPPConnection connection) throws NotConnectedException, InterruptedException;
    }

    /** Answers to requests of before count as lost from now on. */
    void loggedIn() {
        logins.incrementAndGet();
    }

    /**
     * The application says good-bye: most likely it disconnects now. While Smack 4.4.8 waits for the end of the stream it still takes stanzas, and writes them first thing on the
     * next connection, ahead of the stream's header. So nothing is sent from now on, until a login, a presence, or some time tells otherwise; and who stands in Smack's full queue
     * is called back.
     */
    void closing() {
        closing = Optional.of(System.nanoTime());
        passGate();
    }

    /**
     * The application connects (again): a send that began on the connection of before ends first. Smack 4.4.8 would write what comes meanwhile ahead of the stream's header, and the
     * server would refuse the stream.
     */
    void connecting() {
        passGate();
    }

    private void passGate() {
        try {
            if (!gate.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                synchronized (sending) {
                    if (sending[0] != null) {
                        sending[0].interrupt();
                    }
                }
                if (!gate.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return; // an interceptor of the application that does not heed interrupts
                }
            }
            gate.unlock();
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
        put(connection -> {
            connection.sendStanza(message);
            return message;
        });
    }

    /** Sends a request and waits for the answer. */
    IQ request(IQ request) throws NotConnectedException, InterruptedException, NoResponseException, XMPPErrorException {
        return put(connection -> connection.createStanzaCollectorAndSend(request))
                .nextResultOrThrow();
    }

    /** Sends a request and does not wait. */
    void request(IQ request, Answer answer) throws NotConnectedException, InterruptedException {
        request(request, 1, answer);
    }

    /** @param patience how many of Smack's time-outs an answer has. */
    private void request(IQ request, int patience, Answer answer) throws NotConnectedException, InterruptedException {
        answer(
                request,
                put(connection -> connection.sendIqRequestAsync(request, patience * connection.getReplyTimeout())),
                answer);
    }

    /** The same, for one whose answer counts whenever it comes. @param id for {@link #isUnanswered}. @param tells whether what comes back is an answer there. */
    void question(IQ request, String id, StanzaFilter tells, Answer answer)
            throws NotConnectedException, InterruptedException {
        request.setStanzaId(id);
        try {
            answer(
                    request,
                    put(connection -> {
                        unanswered.put(id, new AndFilter(new IQReplyFilter(request, connection), tells));
                        return connection.sendIqRequestAsync(request, LATE.toMillis());
                    }),
                    answer);
        } catch (NotConnectedException | InterruptedException | RuntimeException e) {
            unanswered.remove(id);
            throw e;
        }
    }

    /** An answer has come in. What follows on it comes later, and perhaps behind what follows on a later one. On the thread that reads the stream. */
    void received(IQ answer) {
        String id = answer.getStanzaId();
        if (id != null) {
            unanswered.computeIfPresent(id, (same, isAnswer) -> isAnswer.accept(answer) ? null : isAnswer);
        }
    }

    /** Whether no answer to this question has come in yet. */
    boolean isUnanswered(String id) {
        return unanswered.containsKey(id);
    }

    /** Less if the application has told Smack so. */
    @Override
    public Duration patience(Duration most) {
        return isOpen() && replyTimeout().compareTo(most) < 0 ? replyTimeout() : most;
    }

    private void answer(IQ request, SmackFuture<IQ, Exception> future, Answer answer) {
        int login = logins.get();
        future.onSuccess(iq -> worker.execute(() -> answer.received(iq)))
                .onError(why -> worker.execute(() -> {
                    unanswered.remove(String.valueOf(request.getStanzaId()));
                    if (why instanceof NotConnectedException
                            || why instanceof InterruptedException
                            || (why instanceof NoResponseException && (login != logins.get() || !isOpen()))) {
                        answer.lost();
                    } else {
                        answer.failed(why);
                    }
                }));
    }

    /** As in XEP-0199; asks again while no answer comes, and waits twice as long each time: the link may be slower than Smack's time-out. */
    @Override
    public void ping(Echo echo) throws NotConnectedException, InterruptedException {
        ping(echo, 1);
    }

    private void ping(Echo echo, int patience) throws NotConnectedException, InterruptedException {
        request(new Ping(current().getXMPPServiceDomain()), patience, new Answer() {
            @Override
            public void received(IQ answer) throws Exception {
                echo.came(true);
            }

            @Override
            public void failed(Exception why) throws Exception {
                if (why instanceof XMPPErrorException) {
                    echo.came(true); // an answer, too
                } else {
                    try {
                        ping(echo, Math.min(2 * patience, MAX_PING_PATIENCE));
                    } catch (NotConnectedException e) {
                        lost();
                    } catch (RuntimeException e) { // of an interceptor of the application
                        worker.execute(this::lost);
                        throw e;
                    }
                }
            }

            @Override
            public void lost() throws Exception {
                echo.came(false);
            }
        });
    }

    /** How long Smack waits for an answer. */
    Duration replyTimeout() {
        return open().map(current -> Duration.ofMillis(current.getReplyTimeout()))
                .orElse(Duration.ZERO);
    }

    private <T> T put(Put<T> put) throws NotConnectedException, InterruptedException {
        gate.lock();
        try {
            XMPPConnection connection = current();
            synchronized (sending) {
                sending[0] = Thread.currentThread();
            }
            return put.into(connection);
        } catch (InterruptedException e) {
            if (worker.isClosed()) {
                throw e;
            }
            throw new NotConnectedException(); // called back by a good-bye; or Smack's queue was shut, which ends so,
            // too
        } finally {
            synchronized (sending) {
                sending[0] = null;
            }
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
        return closing.filter(since ->
                        System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(2 * current.getReplyTimeout()))
                .isPresent();
    }
}
