/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OmemoStoreContract;

class SqlStoreTest extends OmemoStoreContract {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Override
    protected OmemoStore open() {
        return SqlStore.open(directory.resolve("alice.db"));
    }
}
