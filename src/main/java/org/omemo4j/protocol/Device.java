/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;

/**
 * An entry of a device list.
 *
 * @param id the device
 * @param label what its owner calls it, unverified
 */
public record Device(DeviceId id, Optional<Label> label) {

    /** A device without a label. */
    public static Device of(DeviceId id) {
        return new Device(id, Optional.empty());
    }
}
