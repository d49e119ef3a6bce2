/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

/** Somebody else holds the store. */
public final class StoreLockedException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** The sentence names who holds it. */
    public StoreLockedException(String message) {
        super(message);
    }
}
