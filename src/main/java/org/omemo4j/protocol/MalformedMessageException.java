/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/**
 * What a peer or a server sent is not what its format demands.  The message names the rule that was broken; it never
 * has a byte of the input in it.
 */
public final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message the broken rule, without any part of the input
     */
    public MalformedMessageException(String message) {
        super(message);
    }
}
