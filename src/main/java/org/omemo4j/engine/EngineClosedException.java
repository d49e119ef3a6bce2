/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/** The engine was closed before this step began; nothing was read or written. */
public final class EngineClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    EngineClosedException() {
        super("The engine is closed.");
    }
}
