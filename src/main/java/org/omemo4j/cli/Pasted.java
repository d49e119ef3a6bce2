/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.MalformedFingerprintException;

/** What people copy from a screen: it may come in pieces, and with line breaks that were not there. */
final class Pasted {
    private Pasted() {}

    /** @throws CommandFailure if it is none. */
    static Fingerprint fingerprint(List<String> pieces) throws CommandFailure {
        try {
            return Fingerprint.parse(String.join(" ", pieces));
        } catch (MalformedFingerprintException e) {
            throw CommandFailure.usage(Sentence.of(e));
        }
    }

    /** There is no white space in a URI. */
    static String uri(String text) {
        return text.replaceAll("\\s+", "");
    }
}
