/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.SQLException;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.StoreException;

/** Some tables of the store. */
interface Rows {

    /** Writes the change if it is one of these tables; whether it was. */
    boolean write(Change change) throws SQLException, StoreException;
}
