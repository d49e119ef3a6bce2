/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** XEP-0392 1.0.0, "Test Vectors". */
class ConsistentColorTest {
    /** The vectors have three decimals, a colour has whole levels of 255. */
    private static final double ROUNDED = 0.5 / 255 + 0.0005;

    private record Vector(String text, double angle, double red, double green, double blue) {}

    @TestFactory
    Stream<DynamicTest> vectorsOfTheSpecification() {
        return Stream.of(
                        new Vector("Romeo", 327.255249, 0.865, 0.000, 0.686),
                        new Vector("juliet@capulet.lit", 209.410400, 0.000, 0.515, 0.573),
                        new Vector("😺", 331.199341, 0.872, 0.000, 0.659),
                        new Vector("council", 359.994507, 0.918, 0.000, 0.394),
                        new Vector("Board", 171.430664, 0.000, 0.527, 0.457))
                .map(vector -> DynamicTest.dynamicTest(vector.text(), () -> {
                    ConsistentColor color = ConsistentColor.of(vector.text());

                    assertThat(ConsistentColor.hue(vector.text())).isCloseTo(vector.angle(), within(0.0000005));
                    assertThat(color.red() / 255.0).isCloseTo(vector.red(), within(ROUNDED));
                    assertThat(color.green() / 255.0).isCloseTo(vector.green(), within(ROUNDED));
                    assertThat(color.blue() / 255.0).isCloseTo(vector.blue(), within(ROUNDED));
                }));
    }

    @Test
    void isWrittenAsInHtml() {
        assertThat(ConsistentColor.of("juliet@capulet.lit")).hasToString("#008392");
    }
}
