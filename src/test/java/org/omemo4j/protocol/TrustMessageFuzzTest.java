/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.Fuzz;

class TrustMessageFuzzTest {

    @Test
    void anyElementIsATrustMessageOrMalformed() throws Exception {
        XmlElement good = TrustMessageTest.parse(TrustMessageTest.EXAMPLE);

        Fuzz.rounds(5000)
                .xml(
                        List.of(good),
                        input -> {
                            TrustMessage message = TrustMessage.read(input);
                            assertThat(message.size()).isLessThanOrEqualTo(TrustMessage.MAX_KEYS);
                            assertThat(TrustMessage.read(message.toXml())).isEqualTo(message);
                        },
                        MalformedMessageException.class);
    }
}
