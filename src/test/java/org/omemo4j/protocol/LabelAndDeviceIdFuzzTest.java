/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.testkit.Fuzz;

class LabelAndDeviceIdFuzzTest {

    @Test
    void anyTextHasADisplayTextOfAtMost53CodePoints() {
        Fuzz.rounds(5000).bytes(List.of(utf16("a\u202e📱 b\n"), utf16("📱".repeat(60))), input -> {
            String text = new String(input.toByteArray(), StandardCharsets.UTF_16BE);
            String shown = new Label(text.substring(0, Math.min(256, text.length())), Optional.empty()).displayText();
            assertThat(shown.codePointCount(0, shown.length())).isLessThanOrEqualTo(53);
            assertThat(shown.codePoints()).noneMatch(c -> Character.getType(c) == Character.FORMAT || c < ' ');
        });
    }

    @Test
    void anyTextIsADeviceIdOrNone() {
        Fuzz.rounds(5000).bytes(List.of(Bytes.ofAscii("2147483647"), Bytes.ofAscii("1")), input -> {
            String text = new String(input.toByteArray(), StandardCharsets.ISO_8859_1);
            DeviceId.parse(text)
                    .ifPresent(id -> assertThat(Long.parseLong(text)).isEqualTo(id.value()));
        });
    }

    private static Bytes utf16(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_16BE));
    }
}
