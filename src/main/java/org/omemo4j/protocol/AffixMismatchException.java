/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/**
 * An envelope names another sender or recipient than the stanza it came in: somebody moved it (XEP-0420, "Affix
 * Elements").
 */
public final class AffixMismatchException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean trustMessage;

    /**
     * @param message which affix, without any part of the input
     * @param trustMessage whether there is a trust message in the envelope
     */
    public AffixMismatchException(String message, boolean trustMessage) {
        super(message);
        this.trustMessage = trustMessage;
    }

    /** Whether there is a trust message in the envelope. */
    public boolean hasTrustMessage() {
        return trustMessage;
    }
}
