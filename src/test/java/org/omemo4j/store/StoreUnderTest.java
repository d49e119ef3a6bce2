/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.util.List;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.Durability;

/** What the parts of {@link OmemoStoreContract} share: a locked store, and the way to come back to it later. */
public interface StoreUnderTest {

    /** The store, locked. */
    OmemoStore store();

    /** Closes the store and locks it again, as after a restart. */
    void restart() throws StoreException;

    /** One step on top of the last one. */
    default void commit(Change... changes) throws StoreException {
        store().commit(new Changes(store().revision(), Durability.FLUSHED, List.of(changes)));
    }
}
