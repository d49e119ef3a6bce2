/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts the bytes of an XMPP stream into its top-level elements, as they are. Knows no more XML than servers write: no comments, no CDATA. */
final class StanzaSplitter {
    private final Consumer<String> sink;
    private final Consumer<String> streamTags;
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tag = new ByteArrayOutputStream();
    private boolean inTag;
    private byte quote;
    private int depth;

    StanzaSplitter(Consumer<String> sink) {
        this(sink, tag -> {});
    }

    /** @param streamTags gets what is around the elements: the tags of the stream, and XML declarations. */
    StanzaSplitter(Consumer<String> sink, Consumer<String> streamTags) {
        this.sink = sink;
        this.streamTags = streamTags;
    }

    void add(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            add(bytes[offset + i]);
        }
    }

    // All that matters here is ASCII, which UTF-8 never uses for anything else.
    private void add(byte b) {
        if (!inTag) {
            if (b == '<') {
                inTag = true;
                tag.reset();
                tag.write(b);
            } else if (depth > 0) {
                current.write(b);
            }
            return;
        }
        tag.write(b);
        if (quote != 0) {
            quote = b == quote ? 0 : quote;
        } else if (b == '\'' || b == '"') {
            quote = b;
        } else if (b == '>') {
            inTag = false;
            endOfTag();
        }
    }

    private void endOfTag() {
        String text = tag.toString(StandardCharsets.UTF_8);
        if (text.startsWith("<?") || text.startsWith("<stream:stream") || text.startsWith("</stream:stream")) {
            // A new stream begins after authentication, without an end of the old one.
            depth = 0;
            current.reset();
            streamTags.accept(text);
            return;
        }
        current.writeBytes(tag.toByteArray());
        if (text.startsWith("</")) {
            depth--;
        } else if (!text.endsWith("/>")) {
            depth++;
        }
        if (depth == 0) {
            String stanza = current.toString(StandardCharsets.UTF_8);
            current.reset();
            sink.accept(stanza);
        }
    }
}
