/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;

class TrustMessageTest {
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@example.org");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@example.com");

    /** XEP-0434 0.6.0, "Trust Message Element for Alice's and Bob's OMEMO Keys used by ATM". */
    static final String EXAMPLE = """
            <trust-message xmlns='urn:xmpp:tm:1' usage='urn:xmpp:atm:1' encryption='urn:xmpp:omemo:2'>
              <key-owner jid='alice@example.org'>
                <trust>aFABnX7Q/rbTgjBySYzrT2FsYCVYb49mbca5yB734KQ=</trust>
                <trust>IhpPjiKLchgrAG5cpSfTvdzPjZ5v6vTOluHEUehkgCA=</trust>
              </key-owner>
              <key-owner jid='bob@example.com'>
                <trust>YjVI04NcbTPvXLaA95RO84HPcSvyOgEZ2r5cTyUs0C8=</trust>
                <distrust>tCP1CI3pqSTVGzFYFyPYUMfMZ9Ck/msmfD0wH/VtJBM=</distrust>
                <distrust>2fhJtrgoMJxfLI3084/YkYh9paqiSiLFDVL2m0qAgX4=</distrust>
              </key-owner>
            </trust-message>""";

    private static final String KEY = "aFABnX7Q/rbTgjBySYzrT2FsYCVYb49mbca5yB734KQ=";
    private static final String HEAD =
            "<trust-message xmlns='urn:xmpp:tm:1' usage='urn:xmpp:atm:1' encryption='urn:xmpp:omemo:2'>";
    private static final String OF_BOB = HEAD + "<key-owner jid='bob@example.com'>";
    private static final String END = "</key-owner></trust-message>";

    @Test
    void readsTheExampleOfTheSpecification() throws Exception {
        TrustMessage message = read(EXAMPLE);

        assertThat(message.encryption()).isEqualTo("urn:xmpp:omemo:2");
        assertThat(message.size()).isEqualTo(5);
        assertThat(message.owners())
                .containsExactly(
                        new KeyOwner(
                                ALICE, Set.of(key(KEY), key("IhpPjiKLchgrAG5cpSfTvdzPjZ5v6vTOluHEUehkgCA=")), Set.of()),
                        new KeyOwner(
                                BOB,
                                Set.of(key("YjVI04NcbTPvXLaA95RO84HPcSvyOgEZ2r5cTyUs0C8=")),
                                Set.of(
                                        key("tCP1CI3pqSTVGzFYFyPYUMfMZ9Ck/msmfD0wH/VtJBM="),
                                        key("2fhJtrgoMJxfLI3084/YkYh9paqiSiLFDVL2m0qAgX4="))));
    }

    @Test
    void writesWhatItReads() throws Exception {
        TrustMessage message = read(EXAMPLE);

        assertThat(message.toXml()).isEqualTo(parse(EXAMPLE.replaceAll(">\\s+<", "><")));
    }

    @Test
    void anAccountThatIsNamedTwiceIsOne() throws Exception {
        assertThat(read(OF_BOB + "<trust>" + KEY + "</trust></key-owner><key-owner jid='BOB@example.com'><distrust>"
                                + "2fhJtrgoMJxfLI3084/YkYh9paqiSiLFDVL2m0qAgX4=</distrust>" + END)
                        .owners())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<trust-message xmlns='urn:xmpp:tm:0' usage='urn:xmpp:atm:1' encryption='urn:xmpp:omemo:2'/>",
                HEAD + "</trust-message>",
                OF_BOB + END,
                OF_BOB + "<trust>AAAA</trust>" + END,
                OF_BOB + "<trust></trust>" + END,
                OF_BOB + "<trust>not base64</trust>" + END,
                OF_BOB + "<trust>" + KEY + KEY + "</trust>" + END,
                OF_BOB + "<trust>" + KEY + "</trust><distrust>" + KEY + "</distrust>" + END,
                OF_BOB + "<trust>" + KEY + "</trust></key-owner><key-owner jid='bob@example.com'><distrust>" + KEY
                        + "</distrust>" + END,
                HEAD + "<key-owner><trust>" + KEY + "</trust>" + END,
                HEAD + "<key-owner jid=''><trust>" + KEY + "</trust>" + END,
                HEAD + "<key-owner jid='@'><trust>" + KEY + "</trust>" + END,
                HEAD + "<key-owner jid='bob@example.com/phone'><trust>" + KEY + "</trust>" + END,
                "<trust-message xmlns='urn:xmpp:tm:1' encryption='urn:xmpp:omemo:2'><key-owner jid='b@c'><trust>" + KEY
                        + "</trust>" + END,
                "<trust-message xmlns='urn:xmpp:tm:1' usage='urn:xmpp:atm:1'><key-owner jid='b@c'><trust>" + KEY
                        + "</trust>" + END,
                "<trust-message xmlns='urn:xmpp:tm:1' usage='x' encryption='urn:xmpp:omemo:2'><key-owner jid='b@c'><trust>"
                        + KEY + "</trust>" + END
            })
    void whatIsIncompleteOrContradictsItselfIsRefused(String xml) throws Exception {
        XmlElement element = parse(xml);

        assertThatThrownBy(() -> TrustMessage.read(element)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void aThousandKeysAreReadAndNotOneMore() throws Exception {
        assertThat(read(of(TrustMessage.MAX_KEYS)).size()).isEqualTo(TrustMessage.MAX_KEYS);
        XmlElement tooMany = parse(of(TrustMessage.MAX_KEYS + 1));

        assertThatThrownBy(() -> TrustMessage.read(tooMany)).isInstanceOf(MalformedMessageException.class);
    }

    private static String of(int keys) {
        return OF_BOB
                + IntStream.range(0, keys)
                        .mapToObj(i -> "<trust>" + Base64Text.encode(Bytes.ofHex("%064x".formatted(i))) + "</trust>")
                        .collect(Collectors.joining())
                + END;
    }

    private static TrustMessage read(String xml) throws MalformedMessageException {
        return TrustMessage.read(parse(xml));
    }

    static XmlElement parse(String xml) throws MalformedMessageException {
        return XmlReader.read(Bytes.of(xml.getBytes(StandardCharsets.UTF_8)), XmlLimits.ofSize(200_000));
    }

    private static Bytes key(String base64) throws MalformedMessageException {
        return Base64Text.decode(base64, 32);
    }
}
