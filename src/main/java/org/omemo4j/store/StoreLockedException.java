/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

/** Somebody else holds the store. */
public final class StoreLockedException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final String use;

    /** @param use says which store is in use by whom. */
    public StoreLockedException(String use) {
        super(use + "; stop it or use another store.");
        this.use = use;
    }

    /** The message without a remedy: not to everybody another store is one. */
    public String use() {
        return use;
    }
}
