/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.X3dh;

class Omemo2ElementsTest {

    private static final Elements ELEMENTS = Omemo2.VERSION.elements();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@example.com");
    private static final IdentityKeyPair OWNER = IdentityKeyPair.generate(RANDOM);
    private static final Bundle BUNDLE = new Bundle(
            OWNER.publicKey(),
            new X3dh(Omemo2.VERSION.x3dh())
                    .sign(OWNER, 7, X25519KeyPair.generate(RANDOM), RANDOM)
                    .signedPreKey(),
            List.of(preKey(1), preKey(2), preKey(Integer.MAX_VALUE)));

    @Test
    void deviceListReadsAsItWasWritten() throws Exception {
        DeviceList list = DeviceList.of(List.of(
                Device.of(new DeviceId(1)),
                new Device(new DeviceId(2), Optional.of(Label.signed("Phone & <co>", OWNER, RANDOM))),
                new Device(new DeviceId(3), Optional.of(new Label("unsigned", Optional.empty())))));

        assertThat(ELEMENTS.deviceList(ELEMENTS.toXml(list))).isEqualTo(list);
        assertThat(ELEMENTS.deviceList(ELEMENTS.toXml(DeviceList.EMPTY))).isEqualTo(DeviceList.EMPTY);
    }

    @Test
    void badLabelCostsTheLabelNotTheDevice() throws Exception {
        DeviceList list = ELEMENTS.deviceList(devices("<device id='1' label='" + "x".repeat(257) + "'/>"
                + "<device id='2' label='a' labelsig='!'/><device id='3' label='a' labelsig='AAAA'/>"));

        assertThat(list.devices())
                .extracting(Device::label)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(new Label("a", Optional.empty())),
                        Optional.of(new Label("a", Optional.empty())));
    }

    @Test
    void identityKeyKeepsItsSignBit() throws Exception {
        byte[] signed = OWNER.publicKey().bytes().toByteArray();
        signed[31] |= (byte) 0x80;

        assertThat(bundle(bundleXml().replace(base64(OWNER.publicKey().bytes()), base64(Bytes.of(signed))))
                        .identityKey()
                        .bytes())
                .isEqualTo(Bytes.of(signed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000000000000000000000000000000000000000000000000000000000", // low order
                "0100000000000000000000000000000000000000000000000000000000000000", // low order
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p + 1
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p - 1
                "0900000000000000000000000000000000000000000000000000000000000080", // top bit
                "09000000000000000000000000000000000000000000000000000000000000", // 31 bytes
                "050900000000000000000000000000000000000000000000000000000000000000", // 33 bytes
            })
    void keyThatIsNoProperPointMakesTheBundleUnusable(String hex) {
        String bad = base64(Bytes.ofHex(hex));

        refusesBundle(bundleXml().replace(base64(BUNDLE.signedPreKey().key().bytes()), bad));
        refusesBundle(bundleXml().replace(base64(BUNDLE.preKeys().get(1).key().bytes()), bad));
        if (!hex.startsWith("09")) {
            refusesBundle(bundleXml().replace(base64(BUNDLE.identityKey().bytes()), bad));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "", "x"})
    void idOutOfRangeMakesTheBundleUnusable(String id) {
        refusesBundle(bundleXml().replace("id='7'", "id='" + id + "'"));
        refusesBundle(bundleXml().replace("id='2'", "id='" + id + "'"));
        refusesBundle(bundleXml().replace(" id='2'", ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 63, 65})
    void signatureOfAnotherSizeMakesTheBundleUnusable(int size) {
        refusesBundle(bundleXml().replace(base64(BUNDLE.signedPreKey().signature()), base64(Bytes.of(new byte[size]))));
    }

    @Test
    void bundleWithoutPreKeysOrWithTooManyIsRefused() {
        String key = base64(preKey(1).key().bytes());
        String many = IntStream.rangeClosed(1, 1001)
                .mapToObj(id -> "<pk id='" + id + "'>" + key + "</pk>")
                .collect(Collectors.joining());

        refusesBundle(bundleXml().replaceAll("<prekeys>.*</prekeys>", "<prekeys/>"));
        refusesBundle(bundleXml().replaceAll("<prekeys>.*</prekeys>", "<prekeys>" + many + "</prekeys>"));
    }

    @Test
    void messageMayBeWrappedIndentedAndHaveUnknownChildren() throws Exception {
        EncryptedMessage message =
                encrypted("\n <payload>\n AA\n AA </payload><header sid='5'><new/><keys jid='bob@example.com'>"
                        + "\n  <key kex='1' rid='6'>\n   AQ\n   ID </key></keys></header><later/>");

        assertThat(message.sender()).isEqualTo(new DeviceId(5));
        assertThat(message.payload()).contains(new Payload(Bytes.EMPTY, Optional.of(Bytes.of(new byte[3]))));
        assertThat(message.keys().get(0).content()).isEqualTo(Bytes.ofHex("010203"));
        assertThat(message.keys().get(0).keyExchange()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kex='false'", "kex='0'", "kex=''", "kex='yes'", ""})
    void anythingElseIsNoKeyExchangeMark(String mark) throws Exception {
        assertThat(encrypted(keys("<key rid='6' " + mark + ">AQID</key>"))
                        .keys()
                        .get(0)
                        .keyExchange())
                .isFalse();
    }

    @Test
    void keyExchangeMarkIsWrittenOnlyWhereItIsTrue() throws Exception {
        assertThat(ELEMENTS.toXml(encrypted(keys("<key rid='6' kex='false'>AQID</key>")))
                        .toXml())
                .doesNotContain("kex");
        assertThat(ELEMENTS.toXml(encrypted(keys("<key rid='6' kex='1'>AQID</key>")))
                        .toXml())
                .contains("kex='true'");
    }

    @Test
    void keysAreFoundByPreparedJidAndAtMostEightOfThem() throws Exception {
        DeviceAddress own = new DeviceAddress(BOB, new DeviceId(6));
        EncryptedMessage message =
                encrypted("<header sid='5'><keys jid='mallory@example.net'><key rid='6'>AAAA</key></keys>"
                        + "<keys jid='BOB@Example.COM'><key rid='7'>AAAA</key>" + "<key rid='6'>AQID</key>".repeat(20)
                        + "</keys></header>");

        assertThat(message.keysFor(own))
                .hasSize(8)
                .allMatch(key -> key.content().equals(Bytes.ofHex("010203")));
        assertThat(message.keysFor(new DeviceAddress(BOB, new DeviceId(9)))).isEmpty();
    }

    @Test
    void keysThatCannotBeOursAreLeftOut() throws Exception {
        assertThat(encrypted(
                                "<header sid='5'><keys><key rid='6'>AAAA</key></keys><keys jid='@'><key rid='6'>AAAA</key></keys>"
                                        + "<keys jid='bob@example.com'><key rid='-1'>AAAA</key><key>AAAA</key></keys></header>")
                        .keys())
                .isEmpty();
        assertThat(encrypted("<header sid='5'/>").keys()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<header/>",
                "<header sid='0'/>",
                "<header sid='-5'/>",
                "<header sid='5'/><header sid='5'/>",
                "<header sid='5'/><payload/>",
                "<header sid='5'/><payload>AAA</payload>",
                "<header sid='5'/><payload>AAAA</payload><payload>AAAA</payload>",
                "<header sid='5'><keys jid='bob@example.com'><key rid='6'>_-8=</key></keys></header>",
            })
    void malformedMessageIsRefused(String inside) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> encrypted(inside));
    }

    @Test
    void oversizedMessageIsRefused() throws Exception {
        String longest = base64(Bytes.of(new byte[4096]));
        String largest = base64(Bytes.of(new byte[256 * 1024]));

        assertThat(encrypted(keys("<key rid='6'>" + longest + "</key>")).keys()).hasSize(1);
        refusesMessage(keys("<key rid='6'>" + base64(Bytes.of(new byte[4097])) + "</key>"));
        assertThat(encrypted("<header sid='5'/><payload>" + largest + "</payload>")
                        .payload())
                .isPresent();
        refusesMessage("<header sid='5'/><payload>" + base64(Bytes.of(new byte[256 * 1024 + 1])) + "</payload>");
        assertThat(encrypted(keys("<key rid='6'>AAAA</key>".repeat(1000))).keys())
                .hasSize(1000);
        refusesMessage(keys("<key rid='6'>AAAA</key>".repeat(1001)));
        refusesMessage("<header sid='5'>" + "<keys jid='bob@example.com'/>".repeat(1001) + "</header>");
    }

    private static PreKey preKey(int id) {
        return new PreKey(id, X25519KeyPair.generate(RANDOM).publicKey());
    }

    private static String base64(Bytes bytes) {
        return Base64Text.encode(bytes);
    }

    private static String bundleXml() {
        return ELEMENTS.toXml(BUNDLE).toXml();
    }

    private static Bundle bundle(String xml) throws MalformedMessageException {
        return ELEMENTS.bundle(read(xml));
    }

    private static void refusesBundle(String xml) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> bundle(xml));
    }

    private static void refusesMessage(String inside) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> encrypted(inside));
    }

    private static String keys(String keys) {
        return "<header sid='5'><keys jid='bob@example.com'>" + keys + "</keys></header>";
    }

    private static EncryptedMessage encrypted(String inside) throws MalformedMessageException {
        return ELEMENTS.encrypted(read("<encrypted xmlns='urn:xmpp:omemo:2'>" + inside + "</encrypted>"));
    }

    private static XmlElement devices(String inside) throws MalformedMessageException {
        return read("<devices xmlns='urn:xmpp:omemo:2'>" + inside + "</devices>");
    }

    private static XmlElement read(String xml) throws MalformedMessageException {
        return XmlReader.read(Bytes.of(xml.getBytes(StandardCharsets.UTF_8)), new XmlLimits(2_000_000, 32, 20_000, 64));
    }
}
