/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import org.omemo4j.protocol.DeviceId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The number of a device on the command line. */
final class DeviceArgument implements ITypeConverter<DeviceId> {
    @Override
    public DeviceId convert(String text) {
        return DeviceId.parse(text)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + OneLine.of(text) + "' is not the number of a device, as `omemo devices` lists them"));
    }
}
