/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import org.omemo4j.protocol.DeviceAddress;

/**
 * That a new session with a device was asked for, in place of one that does not work or was lost. Bounds how often that happens.
 *
 * @param address the other side.
 * @param version the version's namespace.
 * @param asked when.
 * @param owed whether the new session is not begun yet.
 */
public record ReplacementRecord(DeviceAddress address, String version, Instant asked, boolean owed) {}
