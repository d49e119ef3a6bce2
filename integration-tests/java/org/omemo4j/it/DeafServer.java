/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Stands before a server and passes everything on, until a client has sent some text: from then on the client hears nothing any more. */
final class DeafServer implements AutoCloseable {
    private final ServerSocket socket;
    private final ClientBuilder.Endpoint server;
    private final String last;
    private volatile boolean deaf;

    private DeafServer(ServerSocket socket, ClientBuilder.Endpoint server, String last) {
        this.socket = socket;
        this.server = server;
        this.last = last;
    }

    /** @param last the text after which nothing comes back; the client must not use TLS. */
    static DeafServer before(ClientBuilder.Endpoint server, String last) {
        try {
            DeafServer started = new DeafServer(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), server, last);
            inBackground(started::accept);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Whether the text was sent. */
    boolean isDeaf() {
        return deaf;
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
            Socket behind = new Socket(server.host(), server.port());
            inBackground(() -> pass(client, behind, true));
            inBackground(() -> pass(behind, client, false));
        }
    }

    private void pass(Socket from, Socket to, boolean fromClient) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            StringBuilder said = new StringBuilder();
            byte[] buffer = new byte[8192];
            int count = in.read(buffer);
            while (count >= 0) {
                if (fromClient && !deaf) {
                    said.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
                    deaf = said.indexOf(last) >= 0;
                }
                if (fromClient || !deaf) {
                    out.write(buffer, 0, count);
                    out.flush();
                }
                count = in.read(buffer);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void inBackground(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One side is gone; so the other goes, and that is all.
                        Thread.currentThread().interrupt();
                    }
                },
                "deaf server");
        thread.setDaemon(true);
        thread.start();
    }
}
