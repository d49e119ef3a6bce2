/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Demands TLS of its clients, as RFC 6120 has it, shows them a certificate, and passes on what they then say. */
final class TlsServer implements Relay.Rules {
    private static final String FEATURES =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
                    + " id='tls' from='localhost' version='1.0'><stream:features>"
                    + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
    private static final String PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

    private final SSLContext tls;

    TlsServer(SSLContext tls) {
        this.tls = tls;
    }

    @Override
    public Socket welcome(Socket client) throws IOException {
        readTag(client, "<stream:stream");
        write(client, FEATURES);
        readTag(client, "<starttls");
        write(client, PROCEED);
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    /** To the end of this tag and not a byte further: TLS begins there. */
    private static void readTag(Socket client, String start) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder said = new StringBuilder();
        while (said.indexOf(start) < 0 || said.charAt(said.length() - 1) != '>') {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The client went away after " + said);
            }
            said.append((char) next);
        }
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        client.getOutputStream().flush();
    }
}
