/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/** Makes sockets that show a {@link WireLog} every byte. Smack's own debugger shows XML that it has indented first. */
final class TappedSockets extends SocketFactory {
    /** Where the bytes of one socket go. */
    interface Tap {
        void sent(byte[] bytes, int offset, int length);

        void received(byte[] bytes, int offset, int length);
    }

    private final Supplier<Tap> taps;

    /** @param taps gives each socket a tap of its own. */
    TappedSockets(Supplier<Tap> taps) {
        this.taps = taps;
    }

    @Override
    public Socket createSocket() {
        return new TappedSocket(taps.get());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("Smack connects by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw new IOException("Smack connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new IOException("Smack connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw new IOException("Smack connects by itself");
    }

    private static final class TappedSocket extends Socket {
        private final Tap tap;

        TappedSocket(Tap tap) {
            this.tap = tap;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    if (count > 0) {
                        tap.received(bytes, offset, count);
                    }
                    return count;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    tap.sent(bytes, offset, length);
                    out.write(bytes, offset, length);
                }
            };
        }
    }
}
