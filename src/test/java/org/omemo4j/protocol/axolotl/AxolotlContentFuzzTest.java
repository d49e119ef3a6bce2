/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.testkit.Fuzz;

class AxolotlContentFuzzTest {

    private static final EnvelopeContext CONTEXT = new EnvelopeContext(
            JidCreate.bareFromOrThrowUnchecked("alice@example.org"),
            JidCreate.bareFromOrThrowUnchecked("bob@example.com"),
            true);

    @Test
    void damagedTextsAreReadOrRefused() {
        Bytes good = Bytes.of("Grüße, 你好 \ud83d\ude00 <&>\n".getBytes(StandardCharsets.UTF_8));

        Fuzz.rounds(5000)
                .bytes(
                        List.of(good),
                        input -> Axolotl.VERSION.content().decode(input, CONTEXT),
                        MalformedMessageException.class);
    }
}
