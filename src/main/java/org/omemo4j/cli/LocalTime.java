/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Times for people: to the minute, where they are. */
final class LocalTime {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private LocalTime() {}

    static String of(Instant time) {
        return FORM.format(time.atZone(ZoneId.systemDefault()));
    }
}
