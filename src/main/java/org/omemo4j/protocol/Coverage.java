/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/** What of a message is encrypted and authenticated.  Everything else in the stanza is the servers' word. */
public enum Coverage {
    /** Elements, and with them who wrote them, to whom and when, as far as the envelope says ({@link Envelope}). */
    ENVELOPE,
    /** The text of the body alone: not to whom, not when, and nothing that stands beside it. */
    BODY
}
