/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class WaitTimeTest {

    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S,500 ms",
        "30s,PT30S,30 s",
        "90s,PT90S,90 s",
        "2m,PT2M,2 minutes",
        "1h,PT1H,60 minutes",
        "060s,PT1M,60 s"
    })
    void readsAndWritesTimesAsPeopleDo(String text, Duration time, String shown) {
        assertThat(new WaitTime().convert(text)).isEqualTo(time);
        assertThat(WaitTime.text(time)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-5s", "1.5s", "0s", "0ms", "30 s", "30S", "9999999s", "PT30S", "\u0663s"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> new WaitTime().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
