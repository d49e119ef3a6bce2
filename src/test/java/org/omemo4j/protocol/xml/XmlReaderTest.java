/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.MalformedMessageException;

class XmlReaderTest {

    private static final XmlLimits LIMITS = XmlLimits.ofSize(256 * 1024);

    @Test
    void readsElementsAttributesAndTextInOrder() throws Exception {
        XmlElement root = read("<a xmlns='urn:a' n='1' xml:lang='de'>one<b xmlns='urn:b'/>two<![CDATA[<three>]]></a>");

        assertThat(root.is("a", "urn:a")).isTrue();
        assertThat(root.attribute("n")).contains("1");
        assertThat(root.attribute("lang", "http://www.w3.org/XML/1998/namespace"))
                .contains("de");
        assertThat(root.attribute("lang")).isEmpty();
        assertThat(root.children()).hasSize(3);
        assertThat(root.text()).isEqualTo("onetwo<three>");
        assertThat(root.child("b", "urn:b")).isPresent();
    }

    @Test
    void readsPredefinedEntitiesAndCharacterReferences() throws Exception {
        assertThat(read("<a>&lt;&gt;&amp;&quot;&apos;&#x20AC;&#128512;</a>").text())
                .isEqualTo("<>&\"'€😀");
    }

    @Test
    void elementWithoutDeclarationInheritsTheNamespaceOfItsParent() throws Exception {
        assertThat(read("<a xmlns='urn:a'><body/></a>").child("body", "urn:a")).isPresent();
    }

    @Test
    void resolvesPrefixes() throws Exception {
        XmlElement root = read("<p:a xmlns:p='urn:a' p:x='1' x='2'><q:b xmlns:q='urn:b'/></p:a>");

        assertThat(root.is("a", "urn:a")).isTrue();
        assertThat(root.attribute("x", "urn:a")).contains("1");
        assertThat(root.attribute("x")).contains("2");
        assertThat(root.child("b", "urn:b")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "<a>",
                "<a></b>",
                "<a/><b/>",
                "<a/>text",
                "<a b=1/>",
                "<a b='1' b='2'/>",
                "<p:a/>",
                "<a p:b='1'/>",
                "<a>&unknown;</a>",
                "<a>&#0;</a>",
                "<a>&#xFFFE;</a>",
                "<a>&#xD800;</a>",
                "<a>]]></a>",
                "<a b='<'/>",
                "<a xmlns:p=''><p:b/></a>",
                "<a:b:c xmlns:a='urn:a'/>",
                "<?xml version='1.1'?><a/>",
                "<!DOCTYPE a><a/>",
                "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd'><a/>",
                "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
                "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/passwd'> %b;]><a/>",
                "<!DOCTYPE a [<!ATTLIST a b CDATA 'default'>]><a/>",
                "<?target data?><a/>",
                "<a><?target data?></a>",
                "<a/><?target data?>",
                "<!-- comment --><a/>",
                "<a><!-- comment --></a>",
                "<a/><!-- comment -->",
            })
    void refuses(String xml) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> read(xml));
    }

    @Test
    void refusesEntitiesThatExpandWithoutEnd() {
        StringBuilder xml = new StringBuilder("<!DOCTYPE a [<!ENTITY e0 'aaaaaaaaaa'>");
        IntStream.range(1, 20)
                .forEach(i -> xml.append("<!ENTITY e%d '%s'>".formatted(i, ("&e" + (i - 1) + ";").repeat(10))));
        refuses(xml.append("]><a>&e19;</a>").toString());
    }

    @Test
    void leavesXIncludeAloneAsAnOrdinaryElement() throws Exception {
        XmlElement root = read(
                "<a><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/></a>");

        assertThat(root.text()).isEmpty();
        assertThat(root.child("include", "http://www.w3.org/2001/XInclude")).isPresent();
    }

    @Test
    void readsDepth32AndRefusesDepth33() throws Exception {
        assertThat(read("<a>".repeat(32) + "</a>".repeat(32)).toXml()).startsWith("<a><a>");
        refuses("<a>".repeat(33) + "</a>".repeat(33));
    }

    @Test
    void refusesTwentyThousandNestedElements() {
        refuses("<a>".repeat(20_000) + "</a>".repeat(20_000));
        refuses("<a>".repeat(20_000));
    }

    @Test
    void refusesMoreElementsThanTheLimit() throws Exception {
        assertThat(read("<a>" + "<b/>".repeat(4095) + "</a>").elements()).hasSize(4095);
        refuses("<a>" + "<b/>".repeat(4096) + "</a>");
    }

    @Test
    void refusesMoreAttributesThanTheLimit() throws Exception {
        assertThat(read("<a" + attributes(64) + "/>").attributes()).hasSize(64);
        refuses("<a" + attributes(65) + "/>");
        refuses("<a" + attributes(20_000) + "/>");
    }

    @Test
    void refusesADocumentAboveTheSize() throws Exception {
        String overhead = "<a></a>";
        XmlLimits limits = XmlLimits.ofSize(1000);

        assertThat(XmlReader.read(utf8("<a>" + "x".repeat(1000 - overhead.length()) + "</a>"), limits)
                        .text())
                .hasSize(993);
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> XmlReader.read(utf8("<a>" + "x".repeat(1001 - overhead.length()) + "</a>"), limits));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0af", // overlong solidus
                "c080", // overlong NUL
                "00", // NUL
                "eda080", // a surrogate on its own
                "eda080edb080", // a pair of them, CESU-8
                "f4908080", // above U+10FFFF
                "ff",
                "e282", // cut
                "efbfbe", // U+FFFE
                "0b", // a control character
            })
    void refusesTextThatIsNotUtf8OrNotXml(String hex) {
        Bytes document = Bytes.concat(utf8("<a>"), Bytes.ofHex(hex), utf8("</a>"));

        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> XmlReader.read(document, LIMITS));
    }

    @Test
    void doesNotBelieveTheDeclaredEncoding() throws Exception {
        assertThat(read("<?xml version='1.0' encoding='ISO-8859-1'?><a>€</a>").text())
                .isEqualTo("€");
    }

    @Test
    void doesNotQuoteTheInputInItsException() {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> read("<secretword><unclosed secretword='secretword'></secretword>"))
                .satisfies(e -> {
                    assertThat(e.toString()).doesNotContain("secretword");
                    assertThat(e.getCause()).isNull();
                });
    }

    private static String attributes(int count) {
        StringBuilder attributes = new StringBuilder();
        IntStream.range(0, count).forEach(i -> attributes.append(" n").append(i).append("='1'"));
        return attributes.toString();
    }

    private static XmlElement read(String xml) throws MalformedMessageException {
        return XmlReader.read(utf8(xml), LIMITS);
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
