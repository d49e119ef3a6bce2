/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.nio.file.Path;
import java.sql.SQLException;
import org.omemo4j.store.StoreException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What went wrong with a store's file, as a sentence for a person. */
final class Failures {

    /** An extended result code holds its family in the lowest byte (SQLite, "Result and Error Codes"). */
    private static final int FAMILY = 0xff;

    private Failures() {}

    static StoreException of(Path file, SQLException cause) {
        return new StoreException(file + " " + sentence(cause), cause);
    }

    static StoreException damaged(Path file) {
        return new StoreException(
                file + " is damaged; restore it from a copy, or move it away to begin with a new one.");
    }

    static StoreException foreign(Path file) {
        return new StoreException(file + " is not an OMEMO store; use another file.");
    }

    static StoreException newer(Path file, int found, int known) {
        return new StoreException(file + " was written by a newer release (schema " + found + ", this one knows up to "
                + known + "); use that release, or another store.");
    }

    static StoreException noSqlite(SQLException cause) {
        return new StoreException(
                "SQLite cannot be loaded: it needs a temporary directory (java.io.tmpdir) to run from, with 2 MiB of space.",
                cause);
    }

    private static String sentence(SQLException cause) {
        int code = cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code & FAMILY : 0;
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return "cannot be written: the disk is full.";
        } else if (code == SQLiteErrorCode.SQLITE_READONLY.code || code == SQLiteErrorCode.SQLITE_PERM.code) {
            return "cannot be written: the file or its directory is read-only.";
        } else if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return "is damaged; restore it from a copy, or move it away to begin with a new one.";
        } else if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return "is being written by another program.";
        } else if (code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return "cannot be opened; look at the permissions of the file and its directory.";
        } else if (code == SQLiteErrorCode.SQLITE_IOERR.code) {
            return "cannot be written or read: the disk reports an error.";
        } else if (code == SQLiteErrorCode.SQLITE_CONSTRAINT.code) {
            return "does not hold what these changes build on.";
        } else if (code == SQLiteErrorCode.SQLITE_TOOBIG.code) {
            return "cannot hold a value that large.";
        }
        return "cannot be used: SQLite reports error " + code + ".";
    }
}
