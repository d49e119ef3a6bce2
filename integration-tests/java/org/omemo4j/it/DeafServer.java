/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Passes everything on, until a client has sent some text: from then on the client hears nothing any more. It must not use TLS. */
final class DeafServer implements Relay.Rules {
    private final String last;
    private final StringBuffer said = new StringBuffer();
    private volatile boolean deaf;

    /** @param last the text after which nothing comes back. */
    DeafServer(String last) {
        this.last = last;
    }

    /** Whether the text was sent. */
    boolean isDeaf() {
        return deaf;
    }

    @Override
    public OutputStream onTheWay(boolean fromClient, OutputStream other) {
        return new FilterOutputStream(other) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                if (passes(fromClient, new String(bytes, offset, count, StandardCharsets.ISO_8859_1))) {
                    out.write(bytes, offset, count);
                }
            }
        };
    }

    private boolean passes(boolean fromClient, String text) {
        if (fromClient && !deaf) {
            said.append(text);
            deaf = said.indexOf(last) >= 0;
        }
        return fromClient || !deaf;
    }
}
