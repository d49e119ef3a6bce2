/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;

/** What came of taking a device off the account. */
public sealed interface Removal {

    /** Nothing of the device is left in the account's lists and bundles. A client that is alive and has another mind puts it back. */
    record Removed() implements Removal {}

    /**
     * Not all of it could be taken away: the connection was lost, OMEMO was stopped meanwhile, or the server refused. Try again.
     *
     * @param left what is still there, for people to read.
     */
    record Incomplete(List<String> left) implements Removal {
        public Incomplete {
            left = List.copyOf(left);
        }
    }
}
