/**
 * The store in one SQLite file, by JDBC. The only package that imports {@code java.sql} and {@code org.sqlite}; an application that brings a
 * store of its own needs neither.
 */
@NullMarked
package org.omemo4j.store.sql;

import org.jspecify.annotations.NullMarked;
