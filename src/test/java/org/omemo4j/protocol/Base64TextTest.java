/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;

class Base64TextTest {

    @Test
    void decodesWhatItEncodes() throws Exception {
        for (int size = 0; size < 10; size++) {
            Bytes bytes = Bytes.of(new byte[size]);
            assertThat(Base64Text.decode(Base64Text.encode(bytes), size)).isEqualTo(bytes);
        }
    }

    @Test
    void takesWhiteSpaceAnywhere() throws Exception {
        assertThat(Base64Text.decode("\n  aGVs\r\n\tbG8 = \n", 5)).isEqualTo(Bytes.ofAscii("hello"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aGVsbG8", // no padding
                "aGVsbG8==", // too much of it
                "aGVsbG8=aGVsbG8=", // padding inside
                "aGVsbG9=", // stray bits
                "QR==", // stray bits
                "====",
                "=",
                "A===",
                "_-8=", // URL alphabet
                "aGVsbG8é",
                "aGVsbG8\u0000",
                "aGVs.bG8=",
                "aGVsbG8=junk",
                "aGVs\u00a0bG8=", // a space, but none of XML's
            })
    void refusesEverythingElse(String text) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> Base64Text.decode(text, 1000));
    }

    @Test
    void checksTheSizeOfWhatWouldComeOut() throws Exception {
        assertThat(Base64Text.decode("AAAA", 3)).isEqualTo(Bytes.of(new byte[3]));
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> Base64Text.decode("AAAA", 2));
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> Base64Text.decode("!".repeat(4_000_000), 32))
                .withMessageContaining("more than 32 bytes");
    }
}
