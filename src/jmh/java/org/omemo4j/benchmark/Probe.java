/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

/** Something that can be measured, each time in a fresh JVM. */
@FunctionalInterface
interface Probe {

    /** The time of one operation in nanoseconds: the median of what this JVM measured. */
    double nanoseconds() throws Exception;
}
