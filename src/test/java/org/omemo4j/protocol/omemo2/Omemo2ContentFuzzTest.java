/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.testkit.Fuzz;

class Omemo2ContentFuzzTest {

    private static final EnvelopeContext CONTEXT = new EnvelopeContext(
            JidCreate.bareFromOrThrowUnchecked("alice@example.org"),
            JidCreate.bareFromOrThrowUnchecked("bob@example.com"),
            true);

    private static final Bytes GOOD = utf8("<envelope xmlns='urn:xmpp:sce:1'><content><body xmlns='jabber:client'>hi"
            + "</body><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><store xmlns='urn:xmpp:hints'/>"
            + "</message></forwarded></content><rpad>xyz</rpad><time stamp='2026-11-23T06:00:00Z'/>"
            + "<to jid='bob@example.com'/><from jid='alice@example.org'/></envelope>");

    @Test
    void damagedBytesAreReadOrRefused() {
        Fuzz.rounds(5000)
                .bytes(
                        List.of(GOOD),
                        input -> Omemo2.VERSION.content().decode(input, CONTEXT),
                        MalformedMessageException.class,
                        AffixMismatchException.class);
    }

    @Test
    void damagedEnvelopesAreReadOrRefused() throws Exception {
        XmlElement good = XmlReader.read(GOOD, Elements.LIMITS);

        Fuzz.rounds(5000)
                .xml(
                        List.of(good),
                        input -> Omemo2.VERSION.content().decode(utf8(input.toXml()), CONTEXT),
                        MalformedMessageException.class,
                        AffixMismatchException.class);
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
