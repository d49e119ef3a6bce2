/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;

/** What a person or a program asks of a chat. */
sealed interface ChatRequest {

    /** Send this text. */
    record Send(EntityBareJid to, String body) implements ChatRequest {}

    /** Ask to see somebody's presence, and let them see ours. */
    record Subscribe(EntityBareJid to) implements ChatRequest {}

    /** Enter a room under this nick; what is sent there is encrypted from then on. */
    record Join(EntityBareJid room, Resourcepart nick) implements ChatRequest {}

    /** Show what can be asked. */
    record Help() implements ChatRequest {}

    /** Nothing: an empty line, or one that changed only how later lines are read. */
    record Nothing() implements ChatRequest {}

    /** Let what waits leave, and end. */
    record Quit() implements ChatRequest {}

    /** Reads the lines of one input, in order. */
    interface Reader {
        /** @throws Malformed if the line asks for nothing that can be done. */
        ChatRequest read(String line) throws Malformed;
    }

    /** A line that cannot be understood. The message is a sentence. */
    final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String sentence) {
            super(sentence);
        }

        Malformed(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }
}
