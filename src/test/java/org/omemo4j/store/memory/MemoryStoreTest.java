/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OmemoStoreContract;

class MemoryStoreTest extends OmemoStoreContract {

    private final MemoryStore store = new MemoryStore();

    @Override
    protected OmemoStore open() {
        return store;
    }
}
