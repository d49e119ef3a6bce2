/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;

/** Our own device. */
public record OwnDevice(DeviceAddress address, Fingerprint fingerprint) {}
