/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Locale;

/** Constants as the command writes and reads them. */
final class Words {
    private Words() {}

    /** For people: {@code TRUST_MESSAGE} is {@code trust message}. */
    static String shown(Enum<?> constant) {
        return of(constant).replace('-', ' ');
    }

    /** {@code NO_SESSION} is {@code no-session} here. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
