/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What {@link OmemoStore} promises, as tests. To run it against a store of your own, extend it and say in {@link #open} how to get at that
 * store.
 */
public abstract class OmemoStoreContract
        implements LockContract,
                CommitContract,
                OwnKeysContract,
                DevicesContract,
                TrustContract,
                SessionsContract,
                SkippedKeysContract,
                ConversationsContract,
                JournalContract {

    private @Nullable OmemoStore store;

    /**
     * A store that is not locked, always on the same place: empty at a test's first call, and with what was committed there at later ones. May
     * be the same object each time.
     */
    protected abstract OmemoStore open() throws Exception;

    @BeforeEach
    final void lockStore() throws Exception {
        store = open();
        store.lock();
    }

    @AfterEach
    final void closeStore() throws StoreException {
        store().close();
    }

    @Override
    public final OmemoStore store() {
        if (store == null) {
            throw new IllegalStateException("no store before the test");
        }
        return store;
    }

    @Override
    public final OmemoStore other() throws Exception {
        return open();
    }

    @Override
    public final void restart() throws StoreException {
        store().close();
        try {
            store = open();
        } catch (StoreException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the store cannot be opened again", e);
        }
        store.lock();
    }
}
