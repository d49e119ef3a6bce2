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

    /**
     * @param message which affix, without any part of the input
     */
    public AffixMismatchException(String message) {
        super(message);
    }
}
