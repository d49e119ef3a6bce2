/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceIdTest {

    @Test
    void parsesTheWholeRange() {
        assertThat(DeviceId.parse("1")).contains(new DeviceId(1));
        assertThat(DeviceId.parse("2147483647")).contains(new DeviceId(Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "+5",
                " 5 ",
                "5 ",
                "0x1f",
                "1e3",
                "1.0",
                "2147483648",
                "4294967295",
                "4294967297",
                "18446744073709551617",
                "00000000001",
                "٣",
                "five",
                "5\u0000"
            })
    void parsesNothingElse(String text) {
        assertThat(DeviceId.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void isNeverZeroOrNegative(int value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DeviceId(value));
    }

    @RepeatedTest(20)
    void randomIdParses() {
        DeviceId id = DeviceId.random(new SecureRandom());

        assertThat(DeviceId.parse(id.toString())).contains(id);
    }
}
