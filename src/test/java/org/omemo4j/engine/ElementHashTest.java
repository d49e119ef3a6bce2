/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;

/** One hash for each element, however it is written. */
class ElementHashTest {
    private static final String ELEMENT =
            "<encrypted xmlns='urn:x'><header sid='1' iv='2'><key rid='3'>QUJD</key></header><payload>REVG</payload></encrypted>";

    static Stream<String> sameElements() {
        return Stream.of(
                "<encrypted xmlns=\"urn:x\"><header iv=\"2\" sid=\"1\"><key rid=\"3\">QUJD</key></header><payload>REVG</payload></encrypted>",
                "<a:encrypted xmlns:a='urn:x'><a:header sid='1' iv='2'><key xmlns='urn:x' rid='3'>QUJD</key></a:header><a:payload>REVG</a:payload></a:encrypted>",
                "<encrypted xmlns='urn:x'>\n  <header sid='1' iv='2'>\n <key rid='3'>QU\n  JD </key>\t</header><payload>REVG\r\n</payload></encrypted>",
                "<encrypted xmlns='urn:x'><header sid='&#49;' iv='2'><key rid='3'>QUJ&#x44;</key></header><payload>REVG</payload></encrypted>");
    }

    static Stream<String> otherElements() {
        return Stream.of(
                ELEMENT.replace("QUJD", "QUJE"),
                ELEMENT.replace("sid='1'", "sid='11'"),
                ELEMENT.replace("sid='1' iv='2'", "sid='2' iv='1'"),
                ELEMENT.replace("rid", "did"),
                ELEMENT.replace("rid='3'", "rid='3' kex='true'"),
                ELEMENT.replace("rid='3'", "rid='3 '"),
                ELEMENT.replace("urn:x", "urn:y"),
                ELEMENT.replace("<payload>", "<payload xmlns='urn:y'>"),
                ELEMENT.replace("<payload>REVG</payload>", "<payload/>REVG"),
                ELEMENT.replace("<payload>REVG</payload>", "REVG<payload/>"),
                ELEMENT.replace("<payload>REVG</payload>", ""),
                ELEMENT.replace("</header><payload>REVG</payload>", "<payload>REVG</payload></header>"),
                ELEMENT.replace("payload", "pay"));
    }

    @ParameterizedTest
    @MethodSource("sameElements")
    void isTheSameHoweverTheElementIsWritten(String written) throws Exception {
        assertThat(hash(written)).isEqualTo(hash(ELEMENT));
    }

    @ParameterizedTest
    @MethodSource("otherElements")
    void isAnotherForEveryOtherElement(String other) throws Exception {
        assertThat(hash(other)).isNotEqualTo(hash(ELEMENT));
    }

    @Test
    void hasThirtyTwoBytes() throws Exception {
        assertThat(hash(ELEMENT).size()).isEqualTo(32);
    }

    @Test
    void whatIsWrittenAndReadAgainHashesTheSame() throws Exception {
        XmlElement element = read(ELEMENT);

        assertThat(ElementHash.of(read(element.toXml()))).isEqualTo(ElementHash.of(element));
    }

    private static Bytes hash(String xml) throws MalformedMessageException {
        return ElementHash.of(read(xml));
    }

    private static XmlElement read(String xml) throws MalformedMessageException {
        return XmlReader.read(Bytes.ofAscii(xml), XmlLimits.ofSize(10_000));
    }
}
