/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

/** A letter whose tag is wrong. */
final class ForgedException extends Exception {
    private static final long serialVersionUID = 1L;
}
