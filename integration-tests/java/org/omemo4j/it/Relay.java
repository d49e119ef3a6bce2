/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands before a server and passes on what clients and server say, as far as its rules let it. */
final class Relay implements AutoCloseable {
    private final ServerSocket socket;
    private final ClientBuilder.Endpoint server;
    private final Rules rules;

    /** What a relay does with what comes. */
    interface Rules {
        /** Meets a client that has connected. @return the socket that speaks to it from now on. */
        default Socket welcome(Socket client) throws IOException {
            return client;
        }

        /**
         * A connection is to begin.
         *
         * @param cut ends it.
         * @return what rules it: these rules, unless each connection has its own.
         */
        default Rules forConnection(Closeable cut) throws InterruptedException {
            return this;
        }

        /**
         * What one side says is written to this.
         *
         * @param other leads to the other side.
         */
        default OutputStream onTheWay(boolean fromClient, OutputStream other) {
            return other;
        }

        /** The connection is over, at both its ends. */
        default void over() {}
    }

    private Relay(ServerSocket socket, ClientBuilder.Endpoint server, Rules rules) {
        this.socket = socket;
        this.server = server;
        this.rules = rules;
    }

    static Relay before(ClientBuilder.Endpoint server, Rules rules) {
        try {
            Relay started = new Relay(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), server, rules);
            inBackground(started::accept);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients find it: {@code 127.0.0.1:40000}. */
    String address() {
        return endpoint().host() + ":" + endpoint().port();
    }

    ClientBuilder.Endpoint endpoint() {
        return new ClientBuilder.Endpoint("127.0.0.1", socket.getLocalPort(), server.domain());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = socket.accept();
            inBackground(() -> meet(client));
        }
    }

    private void meet(Socket connected) throws IOException {
        try (connected;
                Socket client = rules.welcome(connected);
                Socket behind = new Socket(server.host(), server.port())) {
            Rules own = rules.forConnection(client);
            Thread back = inBackground(() -> passToClient(own, behind, client));
            try {
                pass(own, client, behind);
            } finally {
                back.join();
                own.over();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the client is gone. What it has said still reaches the server. */
    private static void pass(Rules rules, Socket client, Socket server) throws IOException {
        try {
            copy(client, rules.onTheWay(true, server.getOutputStream()));
        } finally { // also if the client has gone without a good-bye
            server.shutdownOutput();
        }
    }

    /** Until the server is gone. It is heard to the end, for what it says to nobody would be taken for an accident that costs it what it was told last. */
    private static void passToClient(Rules rules, Socket server, Socket client) throws IOException {
        try (client) {
            copy(server, rules.onTheWay(false, client.getOutputStream()));
        } catch (IOException e) {
            copy(server, OutputStream.nullOutputStream());
        }
    }

    private static void copy(Socket from, OutputStream out) throws IOException {
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[8192];
        int count = in.read(buffer);
        while (count >= 0) {
            out.write(buffer, 0, count);
            out.flush();
            count = in.read(buffer);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread inBackground(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One side is gone; so the other goes, and that is all.
                        Thread.currentThread().interrupt();
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
