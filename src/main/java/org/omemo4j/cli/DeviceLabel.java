/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import org.omemo4j.engine.OmemoConfig;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --label} takes: what a device's label may be. */
final class DeviceLabel implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        try {
            return OmemoConfig.defaults().withLabel(text).label().orElseThrow();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("it cannot be a label: " + OneLine.of(Sentence.of(e)));
        }
    }
}
