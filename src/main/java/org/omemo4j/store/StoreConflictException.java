/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

/** The store was written by somebody else since the changes were computed. Nothing was changed. */
public final class StoreConflictException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** Both are revisions. */
    public StoreConflictException(long expected, long found) {
        super("The store is at revision " + found + ", not " + expected + ": somebody else has written to it.");
    }
}
