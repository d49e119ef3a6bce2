/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A text on standard input. */
final class StandardInput {
    /** More is no chat message, and no URI; what travels in one stanza is checked by the library. */
    private static final int MOST = 1 << 20;

    private StandardInput() {}

    /** All of it, without the line break at its end. */
    static String text(Terminal terminal) throws CommandFailure {
        try {
            byte[] all = terminal.in().readNBytes(MOST + 1);
            if (all.length > MOST) {
                throw new CommandFailure("the text on standard input is longer than " + MOST + " bytes");
            }
            String read = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(all))
                    .toString();
            return read.replaceFirst("\\r?\\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new CommandFailure("the text on standard input is not UTF-8", e);
        } catch (IOException e) {
            throw new CommandFailure("standard input cannot be read: " + e.getMessage(), e);
        }
    }
}
