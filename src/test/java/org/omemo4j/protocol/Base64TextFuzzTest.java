/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.testkit.Fuzz;

class Base64TextFuzzTest {

    @Test
    void isDecodedOrRefusedAndHasOneSpelling() {
        Fuzz.rounds(20_000)
                .bytes(
                        List.of(Bytes.ofAscii("aGVsbG8="), Bytes.ofAscii("aGVs\n bG8h"), Bytes.ofAscii("AA==")),
                        input -> {
                            String text = new String(input.toByteArray(), StandardCharsets.ISO_8859_1);
                            Bytes decoded = Base64Text.decode(text, 64);
                            assertThat(Base64Text.encode(decoded)).isEqualTo(text.replaceAll("[ \t\r\n]", ""));
                        },
                        MalformedMessageException.class);
    }
}
