/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Locale;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --version} takes: the versions of OMEMO that are used for sending. */
enum SpokenVersion {
    AUTO(OmemoConfig.defaults().sending()),
    OMEMO2(List.of(Omemo2.VERSION)),
    LEGACY(List.of(Axolotl.VERSION));

    private final List<OmemoVersion> sending;

    SpokenVersion(List<OmemoVersion> sending) {
        this.sending = sending;
    }

    OmemoConfig config() {
        return OmemoConfig.defaults().withSending(sending);
    }

    /** From the command line. */
    static final class Converter implements ITypeConverter<SpokenVersion> {
        @Override
        public SpokenVersion convert(String value) {
            for (SpokenVersion version : values()) {
                if (version.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return version;
                }
            }
            throw new TypeConversionException("'" + value + "' is no version; say 'omemo2', 'legacy' or 'auto'");
        }
    }
}
