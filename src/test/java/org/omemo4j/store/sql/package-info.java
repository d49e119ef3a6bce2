/** The store in a SQLite file. */
@NullMarked
package org.omemo4j.store.sql;

import org.jspecify.annotations.NullMarked;
