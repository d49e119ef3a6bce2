/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/** Why the host could not say what a node holds. None of them means that there is nothing. */
public enum FetchProblem {
    /** The node is only for accounts with a presence subscription, or for nobody. */
    NO_ACCESS("its server gives no access; ask the contact for a presence subscription"),
    /** No answer in time. */
    NO_ANSWER("its server does not answer"),
    /** The server answered with an error. */
    REMOTE_ERROR("its server answers with an error"),
    /** The answer could not be read. */
    MALFORMED("the answer is malformed");

    private final String words;

    FetchProblem(String words) {
        this.words = words;
    }

    /** For the end of a sentence. */
    public String words() {
        return words;
    }
}
