/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

/** What the library throws, for tests of others. */
public final class Refusals {
    private Refusals() {}

    public static OmemoException of(OmemoException.Reason reason) {
        return saying(reason, "It says why.");
    }

    public static OmemoException saying(OmemoException.Reason reason, String sentence) {
        return new OmemoException(reason, sentence);
    }
}
