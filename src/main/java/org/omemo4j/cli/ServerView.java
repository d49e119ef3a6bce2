/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.util.Optional;

/** What a server has seen of a conversation. */
interface ServerView {
    /** The end of a message. */
    String END = "</message>";

    /** What it is, for a heading: {@code What the server logged}. */
    String heading();

    /** The XML of the encrypted message with this id; waits for it, but not longer than that. */
    Optional<String> stanza(String id, Deadline deadline) throws IOException, InterruptedException;

    /** Whether this text is anywhere in it. */
    boolean contains(String text) throws IOException;

    /** What {@link #contains} looks through, for a sentence: {@code the server's log and 7 data files (52 kB)}. */
    String extent() throws IOException;

    /**
     * The encrypted message with this id, in a text that has stanzas among other things. While a message waits for keys, a placeholder with the
     * same id goes out; that is not it.
     */
    static Optional<String> findStanza(String text, String id) {
        // By hand, as a regular expression would need a deep stack for a long stanza.
        for (int end = text.indexOf(END); end >= 0; end = text.indexOf(END, end + 1)) {
            int start = text.lastIndexOf("<message", end);
            String stanza = start < 0 ? "" : text.substring(start, end + END.length());
            if (stanza.contains("<encrypted")
                    && (stanza.contains("id='" + id + "'") || stanza.contains("id=\"" + id + "\""))) {
                return Optional.of(stanza);
            }
        }
        return Optional.empty();
    }
}
