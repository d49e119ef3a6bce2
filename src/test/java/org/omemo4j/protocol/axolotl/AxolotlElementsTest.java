/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

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
import org.omemo4j.crypto.X25519PublicKey;
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

class AxolotlElementsTest {

    private static final Elements ELEMENTS = Axolotl.VERSION.elements();
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Twelve zero bytes. */
    private static final String IV = "AAAAAAAAAAAAAAAA";

    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@example.com");
    private static final IdentityKeyPair OWNER = IdentityKeyPair.generate(RANDOM);
    private static final Bundle BUNDLE = new Bundle(
            OWNER.publicKey(),
            new X3dh(Axolotl.VERSION.x3dh())
                    .sign(OWNER, 7, X25519KeyPair.generate(RANDOM), RANDOM)
                    .signedPreKey(),
            List.of(preKey(1), preKey(2), preKey(Integer.MAX_VALUE)));

    @Test
    void deviceListReadsAsItWasWrittenWithoutLabels() throws Exception {
        DeviceList list = DeviceList.of(List.of(
                Device.of(new DeviceId(1)),
                new Device(new DeviceId(2), Optional.of(Label.signed("Phone", OWNER, RANDOM)))));

        assertThat(ELEMENTS.toXml(list).toXml()).doesNotContain("label");
        assertThat(ELEMENTS.deviceList(ELEMENTS.toXml(list)))
                .isEqualTo(DeviceList.of(List.of(Device.of(new DeviceId(1)), Device.of(new DeviceId(2)))));
        assertThat(ELEMENTS.deviceList(ELEMENTS.toXml(DeviceList.EMPTY))).isEqualTo(DeviceList.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "05",
                "050000000000000000000000000000000000000000000000000000000000000000", // low order
                "050100000000000000000000000000000000000000000000000000000000000000", // low order
                "05edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p
                "05eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p + 1
                "05ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p - 1
                "050900000000000000000000000000000000000000000000000000000000000080", // top bit
                "0900000000000000000000000000000000000000000000000000000000000000", // 32 bytes
                "060900000000000000000000000000000000000000000000000000000000000000", // another type
                "05090000000000000000000000000000000000000000000000000000000000000000", // 34 bytes
            })
    void keyThatIsNoProperPointIsRefusedAndAsAPrekeyLeftOut(String hex) throws Exception {
        String bad = base64(Bytes.ofHex(hex));

        refusesBundle(bundleXml().replace(base64(BUNDLE.signedPreKey().key()), bad));
        refusesBundle(bundleXml().replace(base64(BUNDLE.identityKey().x25519()), bad));
        assertThat(bundle(bundleXml().replace(base64(BUNDLE.preKeys().get(1).key()), bad))
                        .preKeys())
                .containsExactly(BUNDLE.preKeys().get(0), BUNDLE.preKeys().get(2));
    }

    @Test
    void identityKeyOfTheTwistIsRefused() {
        Bytes twist = Bytes.ofHex("050200000000000000000000000000000000000000000000000000000000000000");

        refusesBundle(bundleXml().replace(base64(BUNDLE.identityKey().x25519()), base64(twist)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "", "x"})
    void idOutOfRangeIsRefusedAndOfAPrekeyLeftOut(String id) throws Exception {
        refusesBundle(bundleXml().replace("Id='7'", "Id='" + id + "'"));
        assertThat(bundle(bundleXml().replace("Id='2'", "Id='" + id + "'")).preKeys())
                .containsExactly(BUNDLE.preKeys().get(0), BUNDLE.preKeys().get(2));
    }

    @Test
    void bundleWithoutOneGoodPrekeyIsRefused() {
        refusesBundle(bundleXml().replace("preKeyId=", "other="));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 63, 65})
    void signatureOfAnotherSizeMakesTheBundleUnusable(int size) {
        refusesBundle(bundleXml().replace(base64(BUNDLE.signedPreKey().signature()), base64(Bytes.of(new byte[size]))));
    }

    @Test
    void bundleWithoutPreKeysOrWithTooManyIsRefused() {
        String key = base64(preKey(1).key());
        String many = IntStream.rangeClosed(1, 1001)
                .mapToObj(id -> "<preKeyPublic preKeyId='" + id + "'>" + key + "</preKeyPublic>")
                .collect(Collectors.joining());

        refusesBundle(bundleXml().replaceAll("<prekeys>.*</prekeys>", "<prekeys/>"));
        refusesBundle(bundleXml().replaceAll("<prekeys>.*</prekeys>", "<prekeys>" + many + "</prekeys>"));
    }

    @Test
    void messageMayBeWrappedIndentedInAnyOrderAndHaveUnknownChildren() throws Exception {
        EncryptedMessage message = encrypted("\n <payload>\n AA\n AA </payload><header sid='5'><new/><iv>\n  " + IV
                + "\n  </iv>" + "\n  <key prekey='1' rid='6'>\n   AQ\n   ID </key></header><later/>");

        assertThat(message.sender()).isEqualTo(new DeviceId(5));
        assertThat(message.payload()).contains(new Payload(Bytes.of(new byte[12]), Optional.of(Bytes.of(new byte[3]))));
        assertThat(message.keys().get(0).content()).isEqualTo(Bytes.ofHex("010203"));
        assertThat(message.keys().get(0).keyExchange()).isTrue();
        assertThat(message.keys().get(0).recipient()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prekey='false'", "prekey='0'", "prekey=''", "prekey='yes'", "kex='true'", ""})
    void anythingElseIsNoKeyExchangeMarkAndNoMarkIsWritten(String mark) throws Exception {
        EncryptedMessage message = encrypted(header("<key rid='6' " + mark + ">AQID</key>"));

        assertThat(message.keys().get(0).keyExchange()).isFalse();
        assertThat(ELEMENTS.toXml(message).toXml()).doesNotContain("prekey");
    }

    @Test
    void keyExchangeMarkIsWrittenAsTrue() throws Exception {
        assertThat(ELEMENTS.toXml(encrypted(header("<key rid='6' prekey='1'>AQID</key>")))
                        .toXml())
                .contains("prekey='true'");
    }

    @Test
    void everyKeyWithOurIdMayBeOursAndAtMostEightOfThem() throws Exception {
        DeviceAddress own = new DeviceAddress(BOB, new DeviceId(6));
        EncryptedMessage message = encrypted(
                header("<key rid='7'>AAAA</key><key rid='6'>AQID</key>" + "<key rid='6'>AAAA</key>".repeat(20)));

        assertThat(message.keysFor(own)).hasSize(8);
        assertThat(message.keysFor(own).get(0).content()).isEqualTo(Bytes.ofHex("010203"));
        assertThat(message.keysFor(new DeviceAddress(BOB, new DeviceId(9)))).isEmpty();
    }

    @Test
    void messageWithoutKeysIsForNobody() throws Exception {
        assertThat(encrypted("<header sid='5'/>").keys()).isEmpty();
        assertThat(encrypted(header("")).keys()).isEmpty();
        assertThat(encrypted(header("<key rid='-1'>AAAA</key><key>AAAA</key>")).keys())
                .isEmpty();
    }

    @Test
    void keyTransportKeepsItsInitialisationVector() throws Exception {
        EncryptedMessage message = encrypted(header("<key rid='6'>AQID</key>"));

        assertThat(message.payload()).contains(new Payload(Bytes.of(new byte[12]), Optional.empty()));
        assertThat(ELEMENTS.toXml(message).toXml())
                .contains("<iv>" + IV + "</iv>")
                .doesNotContain("payload");
    }

    @Test
    void keyTransportWithoutInitialisationVectorIsAnEmptyMessage() throws Exception {
        assertThat(encrypted("<header sid='5'><key rid='6'>AQID</key></header>").payload())
                .isEmpty();
    }

    @Test
    void payloadOfAnEmptyTextIsEmpty() throws Exception {
        assertThat(encrypted(header("") + "<payload/>").payload().orElseThrow().ciphertext())
                .contains(Bytes.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16})
    void initialisationVectorHasTwelveOrSixteenBytes(int size) throws Exception {
        String iv = base64(Bytes.of(new byte[size]));

        assertThat(encrypted("<header sid='5'><iv>" + iv + "</iv></header>")
                        .payload()
                        .orElseThrow()
                        .iv()
                        .size())
                .isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 13, 15, 17, 1000})
    void initialisationVectorOfAnotherSizeIsRefused(int size) {
        refusesMessage("<header sid='5'><iv>" + base64(Bytes.of(new byte[size])) + "</iv></header>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<header/>",
                "<header sid='0'/>",
                "<header sid='-5'/>",
                "<header sid='5'/><header sid='5'/>",
                "<header sid='5'/><payload>AAAA</payload>", // no iv
                "<header sid='5'><iv>" + IV + "</iv></header><payload>AAA</payload>",
                "<header sid='5'><iv>" + IV + "</iv></header><payload>AAAA</payload><payload>AAAA</payload>",
                "<header sid='5'><iv>" + IV + "</iv><iv>" + IV + "</iv></header><payload>AAAA</payload>",
                "<header sid='5'><iv>" + IV + "</iv><iv>" + IV + "</iv></header>",
                "<header sid='5'><key rid='6'>_-8=</key></header>",
            })
    void malformedMessageIsRefused(String inside) {
        refusesMessage(inside);
    }

    @Test
    void oversizedMessageIsRefused() throws Exception {
        String largest = base64(Bytes.of(new byte[256 * 1024]));

        assertThat(encrypted(header("<key rid='6'>" + base64(Bytes.of(new byte[4096])) + "</key>"))
                        .keys())
                .hasSize(1);
        refusesMessage(header("<key rid='6'>" + base64(Bytes.of(new byte[4097])) + "</key>"));
        assertThat(encrypted(header("") + "<payload>" + largest + "</payload>").payload())
                .isPresent();
        refusesMessage(header("") + "<payload>" + base64(Bytes.of(new byte[256 * 1024 + 1])) + "</payload>");
        assertThat(encrypted(header("<key rid='6'>AAAA</key>".repeat(1000))).keys())
                .hasSize(1000);
        refusesMessage(header("<key rid='6'>AAAA</key>".repeat(1001)));
    }

    private static PreKey preKey(int id) {
        return new PreKey(id, X25519KeyPair.generate(RANDOM).publicKey());
    }

    private static String base64(Bytes bytes) {
        return Base64Text.encode(bytes);
    }

    private static String base64(X25519PublicKey key) {
        return base64(Bytes.concat(Bytes.ofHex("05"), key.bytes()));
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

    private static String header(String keys) {
        return "<header sid='5'>" + keys + "<iv>" + IV + "</iv></header>";
    }

    private static EncryptedMessage encrypted(String inside) throws MalformedMessageException {
        return ELEMENTS.encrypted(read("<encrypted xmlns='eu.siacs.conversations.axolotl'>" + inside + "</encrypted>"));
    }

    private static XmlElement read(String xml) throws MalformedMessageException {
        return XmlReader.read(Bytes.of(xml.getBytes(StandardCharsets.UTF_8)), new XmlLimits(2_000_000, 32, 20_000, 64));
    }
}
