/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.testkit.Fuzz;

class XmlReaderFuzzTest {

    private static final XmlLimits LIMITS = XmlLimits.ofSize(64 * 1024);

    private static final List<Bytes> GOOD = Stream.of(
                    "<envelope xmlns='urn:xmpp:sce:1'><content><body xmlns='jabber:client' xml:lang='en'>a &lt; b</body>"
                            + "</content><rpad/><time stamp='2026-11-23T06:00:00Z'/></envelope>",
                    "<?xml version='1.0' encoding='UTF-8'?><p:a xmlns:p='urn:p' p:x='1'><![CDATA[<é>]]>&#x20AC;</p:a>",
                    "<!DOCTYPE e [<!ENTITY a 'b'><!ATTLIST e x CDATA 'y'>]><e>&a;<?pi data?><!-- c --></e>")
            .map(xml -> Bytes.of(xml.getBytes(StandardCharsets.UTF_8)))
            .toList();

    @Test
    void readsOrRefusesAndWritesWhatItRead() {
        Fuzz.rounds(10_000)
                .bytes(
                        GOOD,
                        input -> {
                            XmlElement read = XmlReader.read(input, LIMITS);
                            Bytes written = Bytes.of(read.toXml().getBytes(StandardCharsets.UTF_8));
                            assertThat(XmlReader.read(written, LIMITS)).isEqualTo(read);
                        },
                        MalformedMessageException.class);
    }

    @Test
    void readsWhatTheParserOfTheJdkReads() {
        Fuzz.rounds(10_000)
                .bytes(
                        GOOD,
                        input -> {
                            XmlElement read = XmlReader.read(input, LIMITS);
                            if (isAscii(input)) { // the JDK knows the names of an older edition of XML only
                                assertThat(JdkXml.read(input)).isEqualTo(read);
                            }
                        },
                        MalformedMessageException.class);
    }

    private static boolean isAscii(Bytes input) {
        return StandardCharsets.US_ASCII
                .newEncoder()
                .canEncode(new String(input.toByteArray(), StandardCharsets.UTF_8));
    }
}
