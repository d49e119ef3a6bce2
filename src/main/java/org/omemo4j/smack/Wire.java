/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
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

    /** Whether sending makes sense now. */
    boolean isOpen() {
        XMPPConnection current = connection.get();
        return current != null && current.isConnected() && current.isAuthenticated();
    }

    /** Puts a message into the stream. */
    void send(Message message) throws NotConnectedException, InterruptedException {
        current().sendStanza(message);
    }

    /** Sends a request and waits for the answer. */
    IQ request(IQ request) throws NotConnectedException, InterruptedException, NoResponseException, XMPPErrorException {
        return current().sendIqRequestAndWaitForResponse(request);
    }

    /** Sends a request and does not wait. */
    void request(IQ request, Answer answer) throws NotConnectedException {
        int login = logins.get();
        current()
                .sendIqRequestAsync(request)
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

    private XMPPConnection current() throws NotConnectedException {
        if (!worker.isCurrentThread()) {
            throw new IllegalStateException("Only the worker sends.");
        }
        XMPPConnection current = connection.get();
        if (current == null || !current.isConnected() || !current.isAuthenticated()) {
            throw new NotConnectedException();
        }
        return current;
    }
}
