/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BytesTest {

    @Test
    void hexGoesInAndOut() {
        assertThat(Bytes.ofHex("00ff7f80").toHex()).isEqualTo("00ff7f80");
        assertThat(Bytes.ofHex("00FF")).isEqualTo(Bytes.of((byte) 0, (byte) 0xff));
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.ofHex("0"));
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.ofHex("0x"));
    }

    @Test
    void neitherTheGivenNorTheReturnedArrayReachesIntoThem() {
        byte[] given = {1, 2};
        Bytes bytes = Bytes.of(given);
        given[0] = 99;
        bytes.toByteArray()[1] = 99;

        assertThat(bytes).isEqualTo(Bytes.of((byte) 1, (byte) 2));
    }

    @Test
    void longOnesArePrintedInPart() {
        assertThat(Bytes.of(new byte[32]).toString()).isEqualTo("00".repeat(32));
        assertThat(Bytes.of(new byte[33]).toString()).isEqualTo("00".repeat(32) + "…");
    }

    @Test
    void slicesStayInside() {
        Bytes bytes = Bytes.ofHex("010203");

        assertThat(bytes.slice(1, 3)).isEqualTo(Bytes.ofHex("0203"));
        assertThat(bytes.slice(3, 3)).isEqualTo(Bytes.EMPTY);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> bytes.slice(0, 4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> bytes.slice(-1, 2));
    }

    @Test
    void labelsAreAscii() {
        assertThat(Bytes.ofAscii("OMEMO")).isEqualTo(Bytes.ofHex("4f4d454d4f"));
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.ofAscii("Ω"));
    }
}
