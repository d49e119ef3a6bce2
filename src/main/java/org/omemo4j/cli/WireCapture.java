/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.debugger.SmackDebugger;
import org.jivesoftware.smack.packet.TopLevelStreamElement;
import org.jxmpp.jid.EntityFullJid;

/** All that connections have sent to their server and received from it, below TLS. Safe for use from any thread. */
final class WireCapture implements ServerView {
    private final StringBuilder sent = new StringBuilder();
    private final StringBuilder received = new StringBuilder();

    @Override
    public String heading() {
        return "What the wire carried";
    }

    @Override
    public synchronized Optional<String> stanza(String id, Deadline deadline) throws InterruptedException {
        Optional<String> found = ServerView.findStanza(sent.toString(), id);
        while (found.isEmpty() && !deadline.isOver()) {
            wait(Math.max(1, deadline.remaining().toMillis()));
            found = ServerView.findStanza(sent.toString(), id);
        }
        return found;
    }

    @Override
    public synchronized boolean contains(String text) {
        return sent.indexOf(text) >= 0 || received.indexOf(text) >= 0;
    }

    @Override
    public synchronized String extent() {
        return "all that was sent to the server and received from it ("
                + (sent.length() + received.length() + 999) / 1000 + " kB)";
    }

    /** For {@code setDebuggerFactory}. The connections of one person each need a capture of their own: stanzas must not mix. */
    SmackDebugger debugger(XMPPConnection connection) {
        return new SmackDebugger(connection) {
            @Override
            public void userHasLogged(EntityFullJid user) {}

            @Override
            public void onOutgoingStreamElement(TopLevelStreamElement element) {}

            @Override
            public void onIncomingStreamElement(TopLevelStreamElement element) {}

            @Override
            public void outgoingStreamSink(CharSequence text) {
                append(sent, text);
            }

            @Override
            public void incomingStreamSink(CharSequence text) {
                append(received, text);
            }
        };
    }

    private synchronized void append(StringBuilder stream, CharSequence text) {
        stream.append(text);
        notifyAll();
    }
}
