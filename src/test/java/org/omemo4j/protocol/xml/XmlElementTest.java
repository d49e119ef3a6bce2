/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;

class XmlElementTest {

    @Test
    void writtenElementReadsBackEqual() throws Exception {
        XmlElement element = XmlElement.builder("message", "jabber:client")
                .attribute("plain", "a'b\"c<d>&e\tf\ng\rh")
                .attribute(new XmlAttribute("http://www.w3.org/XML/1998/namespace", "lang", "en"))
                .attribute(new XmlAttribute("urn:example:1", "x", "1"))
                .attribute(new XmlAttribute("urn:example:2", "x", "2"))
                .text("a'b\"c<d>&e\tf\ng\rh ]]> 😀")
                .child(XmlElement.builder("none", "")
                        .child(XmlElement.builder("b", "").build())
                        .build())
                .child(XmlElement.builder("body", "jabber:client").text("hi").build())
                .child(XmlElement.builder("x", "urn:'quoted'").build())
                .build();

        assertThat(XmlReader.read(Bytes.of(element.toXml().getBytes(StandardCharsets.UTF_8)), XmlLimits.ofSize(4096)))
                .isEqualTo(element);
    }

    @Test
    void declaresEachNamespaceWhereItBegins() {
        XmlElement element = XmlElement.builder("a", "urn:a")
                .child(XmlElement.builder("b", "urn:a").build())
                .child(XmlElement.builder("c", "urn:c").build())
                .build();

        assertThat(element.toXml()).isEqualTo("<a xmlns='urn:a'><b/><c xmlns='urn:c'/></a>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u000b", "\ud800", "\udc00", "\ud800x", "\ufffe", "\uffff"})
    void refusesCharactersThatXmlForbids(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XmlElement.builder("a", "").text(text));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XmlElement.builder("a", "").attribute("b", text));
        assertThatIllegalArgumentException().isThrownBy(() -> XmlElement.builder("a", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "1a", "-a", "a:b", "a>", "a'", "a\u0000"})
    void refusesNamesThatAreNone(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> XmlElement.builder(name, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XmlElement.builder("a", "").attribute(name, ""));
    }

    @Test
    void refusesAnAttributeTwiceAndNamespaceDeclarations() {
        XmlElement.Builder element = XmlElement.builder("a", "").attribute("b", "1");

        assertThatIllegalArgumentException().isThrownBy(() -> element.attribute("b", "2"));
        assertThatIllegalArgumentException().isThrownBy(() -> element.attribute("xmlns", "urn:a"));
    }

    @Test
    void refusesToGrowHigherThanItsLimit() {
        XmlElement element = XmlElement.builder("a", "").build();
        for (int i = 1; i < XmlElement.MAX_HEIGHT; i++) {
            element = XmlElement.builder("a", "").child(element).build();
        }
        XmlElement highest = element;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> XmlElement.builder("a", "").child(highest).build());
    }

    @Test
    void printsItsNameOnly() {
        XmlElement element = XmlElement.builder("body", "jabber:client")
                .attribute("a", "secret")
                .text("secret")
                .build();

        assertThat(element.toString() + element.children() + element.attributes())
                .doesNotContain("secret");
    }
}
