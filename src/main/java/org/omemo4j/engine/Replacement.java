/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/**
 * What became of the wish to replace the session with a device.
 *
 * @param outcome whether it is replaced.
 * @param reaction what else to do.
 */
public record Replacement(Outcome outcome, Reaction reaction) {

    /** Whether a session is replaced, and why not. */
    public enum Outcome {
        /** It is: the device's bundle is fetched, and an empty message begins the new session. What fails on the way is told as an event. */
        BEGUN,
        /** That was done a short while ago, or too often today. */
        TOO_SOON,
        /** The device is not on its account's list, or is this very one. */
        NOT_LISTED,
        /** Its key was refused, or nobody has decided about it where the version asks for that. */
        NOT_TRUSTED
    }
}
