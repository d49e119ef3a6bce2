/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.omemo4j.trust.TrustPolicy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --trust} takes: what a device is worth that nobody has decided about. */
enum TrustRule {
    BLIND_BEFORE_VERIFICATION(TrustPolicy.blindBeforeVerification()),
    FIRST_USE(TrustPolicy.trustOnFirstUse()),
    MANUAL(TrustPolicy.manual()),
    VERIFIED_ONLY(TrustPolicy.verifiedOnly());

    private final TrustPolicy policy;

    TrustRule(TrustPolicy policy) {
        this.policy = policy;
    }

    TrustPolicy policy() {
        return policy;
    }

    /** From the command line. */
    static final class Converter implements ITypeConverter<TrustRule> {
        @Override
        public TrustRule convert(String value) {
            return Arrays.stream(values())
                    .filter(rule -> Words.of(rule).equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + value + "' is no trust policy; say "
                            + Arrays.stream(values())
                                    .map(rule -> "'" + Words.of(rule) + "'")
                                    .collect(Collectors.joining(", "))));
        }
    }
}
