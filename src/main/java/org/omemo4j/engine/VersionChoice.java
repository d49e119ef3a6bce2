/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/** Which version of OMEMO a message is sent in when its devices do not all speak the preferred one. */
public enum VersionChoice {
    /** The best version that all of them speak, so that there is one ciphertext; where there is none, or where it would lose something of the message, as {@link #BEST_EACH}. */
    COMMON,
    /** To each device in the best version that it speaks. */
    BEST_EACH
}
