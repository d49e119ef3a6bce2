/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;

class Omemo2ContentTest {

    private static final ContentCodec CODEC = Omemo2.VERSION.content();
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@example.org");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@example.com");
    private static final EnvelopeContext CHAT = new EnvelopeContext(ALICE, BOB, false);
    private static final EnvelopeContext ROOM = new EnvelopeContext(ALICE, BOB, true);
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123Z");
    private static final XmlElement BODY =
            XmlElement.builder("body", "jabber:client").text("hi & <bye>").build();
    private static final String CONTENT = "<content><body xmlns='jabber:client'>hi &amp; &lt;bye&gt;</body></content>";

    @Test
    void decodesWhatItEncodes() throws Exception {
        Envelope read = CODEC.decode(encode(BODY), CHAT);

        assertThat(read.content()).containsExactly(BODY);
        assertThat(read.from()).contains(ALICE);
        assertThat(read.to()).contains(BOB);
        assertThat(read.time()).contains(Instant.parse("2026-11-23T12:00:00Z"));
        assertThat(read.dropped()).isEmpty();
    }

    @Test
    void writesAllFourAffixesAndTheTimeInUtc() throws Exception {
        XmlElement envelope = XmlReader.read(encode(BODY), XmlLimits.ofSize(10_000));

        assertThat(envelope.elements().map(XmlElement::name))
                .containsExactlyInAnyOrder("content", "time", "from", "to", "rpad");
        assertThat(envelope.child("time", "urn:xmpp:sce:1").flatMap(time -> time.attribute("stamp")))
                .contains("2026-11-23T12:00:00Z");
    }

    @Test
    void padsToTheMinimumAndThenByUpTo200() {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (int i = 0; i < 2000; i++) {
            sizes.add(encode(BODY).size());
        }
        int overhead = "<rpad></rpad>".length();

        assertThat(sizes.first()).isGreaterThanOrEqualTo(512);
        assertThat(sizes.last()).isLessThanOrEqualTo(512 + 200 + overhead);
        assertThat(sizes).hasSizeGreaterThan(150);
    }

    @Test
    void shortContentsCannotBeToldApartByTheirMinimumSize() {
        XmlElement yes = XmlElement.builder("body", "jabber:client").text("yes").build();
        XmlElement longer = XmlElement.builder("body", "jabber:client")
                .text("x".repeat(150))
                .build();

        assertThat(smallest(yes)).isCloseTo(smallest(longer), within(10));
    }

    @Test
    void leavesOutWhatMustNotTravelInside() throws Exception {
        XmlElement hint = XmlElement.builder("store", "urn:xmpp:hints").build();
        String xml = new String(encode(hint, BODY).toByteArray(), StandardCharsets.UTF_8);

        assertThat(xml).doesNotContain("store");
        assertThat(CODEC.decode(encode(hint, BODY), CHAT).content()).containsExactly(BODY);
    }

    @Test
    void demandsAllAffixesWhenItWrites() {
        Envelope bare = new Envelope(List.of(BODY), Optional.empty(), Optional.of(BOB), Optional.of(NOON), List.of());

        assertThatIllegalArgumentException().isThrownBy(() -> CODEC.encode(bare, new SecureRandom()));
    }

    @Test
    void takesAffixesInAnyOrderUnknownOnesAndNone() throws Exception {
        assertThat(decode("<time stamp='2026-11-23T06:00:00+01:00'/><to jid='bob@example.com'/>"
                                + "<from jid='alice@example.org'/><rpad/>" + CONTENT)
                        .time())
                .contains(Instant.parse("2026-11-23T05:00:00Z"));
        assertThat(decode(CONTENT + "<other xmlns='urn:example'/><more/>").content())
                .containsExactly(BODY);
        assertThat(decode(CONTENT).from()).isEmpty();
    }

    @Test
    void takesALongPadding() throws Exception {
        assertThat(decode("<rpad>" + "x".repeat(100_000) + "</rpad>" + CONTENT).content())
                .containsExactly(BODY);
    }

    @Test
    void emptyContentIsSilentlyNothing() throws Exception {
        assertThat(decode("<content/>").content()).isEmpty();
    }

    @Test
    void comparesBareFormsOfPreparedJids() throws Exception {
        assertThat(decode(CONTENT + "<from jid='alice@example.org/phone'/><to jid='BOB@EXAMPLE.com'/>")
                        .content())
                .containsExactly(BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<from jid='mallory@example.net'/>",
                "<to jid='room@muc.example.org'/>",
                "<from jid='bob@example.com'/><to jid='alice@example.org'/>",
            })
    void refusesAnEnvelopeOfAnotherStanza(String affixes) {
        assertThatExceptionOfType(AffixMismatchException.class).isThrownBy(() -> decode(CONTENT + affixes));
    }

    @Test
    void refusesAnEnvelopeWithoutRecipientInAGroupChat() throws Exception {
        assertThatExceptionOfType(AffixMismatchException.class).isThrownBy(() -> CODEC.decode(envelope(CONTENT), ROOM));
        assertThat(CODEC.decode(envelope(CONTENT + "<to jid='bob@example.com'/>"), ROOM)
                        .content())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<rpad/>",
                "<content/><content/>",
                CONTENT + "<content><body xmlns='jabber:client'>two</body></content>",
                "<content xmlns='urn:example'/>",
                CONTENT + "<from jid='alice@example.org'/><from jid='alice@example.org'/>",
                CONTENT + "<to jid='bob@example.com'/><to jid='x@example.com'/>",
                CONTENT + "<time stamp='2026-11-23T06:00:00Z'/><time stamp='2026-11-23T06:00:00Z'/>",
                CONTENT + "<from/>",
                CONTENT + "<from jid=''/>",
                CONTENT + "<to jid='@'/>",
                CONTENT + "<!-- comment -->",
            })
    void refusesWhatIsNoEnvelope(String inside) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> decode(inside));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<envelope><content/></envelope>",
                "<envelope xmlns='urn:xmpp:sce:0'><content/></envelope>",
                "<payload xmlns='urn:xmpp:sce:1'><content/></payload>",
                "just text",
            })
    void refusesAnotherRoot(String xml) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> CODEC.decode(utf8(xml), CHAT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "now", "2026-11-23T06:00:00", "2026-13-99T99:99:99Z", "+999999999-12-31T23:59:59-18:00x"})
    void unreadableTimeCountsAsAbsent(String stamp) throws Exception {
        assertThat(decode(CONTENT + "<time stamp='" + stamp + "'/>").time()).isEmpty();
    }

    @Test
    void bodyWithoutItsNamespaceIsNoBody() throws Exception {
        Envelope envelope = decode("<content><body>hi</body></content>");

        assertThat(envelope.content()).isEmpty();
        assertThat(envelope.dropped()).containsExactly("body");
    }

    @Test
    void contentOutsideTheContentElementIsIgnored() throws Exception {
        assertThat(decode("<body xmlns='jabber:client'>outside</body><content/>")
                        .content())
                .isEmpty();
    }

    private static int smallest(XmlElement content) {
        int smallest = Integer.MAX_VALUE;
        for (int i = 0; i < 2000; i++) {
            smallest = Math.min(smallest, encode(content).size());
        }
        return smallest;
    }

    private static Bytes encode(XmlElement... content) {
        return CODEC.encode(Envelope.of(List.of(content), ALICE, BOB, NOON), new SecureRandom());
    }

    private static Envelope decode(String inside) throws MalformedMessageException, AffixMismatchException {
        return CODEC.decode(envelope(inside), CHAT);
    }

    private static Bytes envelope(String inside) {
        return utf8("<envelope xmlns='urn:xmpp:sce:1'>" + inside + "</envelope>");
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
