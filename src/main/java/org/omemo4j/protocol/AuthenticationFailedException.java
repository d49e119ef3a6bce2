/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/**
 * A message is not authentic, or not for the key it was opened with.  One kind for every cause, and no cause attached:
 * whoever forges messages must not learn how far one got.
 */
public final class AuthenticationFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    public AuthenticationFailedException() {
        super("the message is not authentic");
    }
}
