/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.testkit.VectorVersion;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.X3dh;

/** What the elements of all versions have in common. */
class VersionElementsTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @ParameterizedTest
    @EnumSource
    void entriesWithoutAProperIdAreLeftOut(VectorVersion version) throws Exception {
        DeviceList list = elements(version)
                .deviceList(
                        devices(
                                version,
                                "<device id='0'/><device id='-1'/><device id='2147483648'/>"
                                        + "<device id='+5'/><device id=' 5 '/><device id='0x1f'/><device id=''/><device id='x'/><device/>"
                                        + "<device id='6'/><other/><device xmlns='urn:example' id='8'/><device id='6'/><device id='7'/>"));

        assertThat(list).isEqualTo(DeviceList.of(List.of(Device.of(new DeviceId(6)), Device.of(new DeviceId(7)))));
    }

    @ParameterizedTest
    @EnumSource
    void aListWithoutAnyProperIdIsNoEmptyList(VectorVersion version) {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> elements(version).deviceList(devices(version, "<device id='0'/>")));
    }

    @ParameterizedTest
    @EnumSource
    void listOfTenThousandIsCutButKeepsWhoIsKnown(VectorVersion version) throws Exception {
        String many = IntStream.rangeClosed(1, 10_000)
                .mapToObj("<device id='%d'/>"::formatted)
                .collect(Collectors.joining());

        DeviceList list = elements(version).deviceList(devices(version, many), id -> id.value() == 10_000);

        assertThat(list.devices()).hasSize(DeviceList.MAX_DEVICES);
        assertThat(list.contains(new DeviceId(10_000))).isTrue();
        assertThat(list.truncated()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void bundleReadsAsItWasWrittenInAnyOrder(VectorVersion version) throws Exception {
        Bundle bundle = bundle(version);
        XmlElement written = elements(version).toXml(bundle);
        XmlElement.Builder reversed =
                XmlElement.builder("bundle", version.version().namespace()).text("\n");
        List<XmlElement> children = written.elements().toList();
        for (int i = children.size() - 1; i >= 0; i--) {
            reversed.child(children.get(i)).text("\n  ");
        }

        assertThat(elements(version).bundle(written)).isEqualTo(bundle);
        assertThat(elements(version).bundle(reversed.build())).isEqualTo(bundle);
    }

    @ParameterizedTest
    @EnumSource
    void bundleWithoutOrWithTwoOfAPartIsRefused(VectorVersion version) {
        List<XmlElement> parts =
                elements(version).toXml(bundle(version)).elements().toList();
        for (XmlElement part : parts) {
            XmlElement.Builder without =
                    XmlElement.builder("bundle", version.version().namespace());
            XmlElement.Builder twice =
                    XmlElement.builder("bundle", version.version().namespace()).child(part);
            parts.forEach(twice::child);
            parts.stream().filter(other -> other != part).forEach(without::child);

            refusesBundle(version, without.build());
            refusesBundle(version, twice.build());
        }
    }

    @ParameterizedTest
    @EnumSource
    void signatureIsNotJudgedHere(VectorVersion version) throws Exception {
        Bundle bundle = bundle(version);
        Bundle foreign =
                new Bundle(IdentityKeyPair.generate(RANDOM).publicKey(), bundle.signedPreKey(), bundle.preKeys());

        assertThat(elements(version).bundle(elements(version).toXml(foreign))).isEqualTo(foreign);
    }

    @ParameterizedTest
    @EnumSource
    void preKeysThatShareAnIdAreLeftOut(VectorVersion version) throws Exception {
        String xml = elements(version).toXml(bundle(version)).toXml();

        assertThat(elements(version)
                        .bundle(read(xml.replaceFirst("d='2'>", "d='1'>")))
                        .preKeys())
                .extracting(PreKey::id)
                .containsExactly(Integer.MAX_VALUE);
        refusesBundle(
                version,
                read(xml.replaceFirst("d='2'>", "d='1'>").replaceFirst("d='" + Integer.MAX_VALUE + "'>", "d='1'>")));
    }

    @ParameterizedTest
    @EnumSource
    void elementsOfOtherVersionsAreRefused(VectorVersion version) {
        for (VectorVersion other : VectorVersion.values()) {
            if (other != version) {
                XmlElement encrypted = XmlElement.builder(
                                "encrypted", other.version().namespace())
                        .build();

                assertThatExceptionOfType(MalformedMessageException.class)
                        .isThrownBy(() -> elements(version).encrypted(encrypted));
                assertThatExceptionOfType(MalformedMessageException.class)
                        .isThrownBy(() -> elements(version)
                                .deviceList(elements(other).toXml(DeviceList.of(List.of(Device.of(new DeviceId(1)))))));
                refusesBundle(version, elements(other).toXml(bundle(other)));
            }
        }
    }

    private static Elements elements(VectorVersion version) {
        return version.version().elements();
    }

    private static Bundle bundle(VectorVersion version) {
        IdentityKeyPair owner = IdentityKeyPair.generate(RANDOM);
        return new Bundle(
                owner.publicKey(),
                new X3dh(version.version().x3dh())
                        .sign(owner, 7, X25519KeyPair.generate(RANDOM), RANDOM)
                        .signedPreKey(),
                List.of(preKey(1), preKey(2), preKey(Integer.MAX_VALUE)));
    }

    private static PreKey preKey(int id) {
        return new PreKey(id, X25519KeyPair.generate(RANDOM).publicKey());
    }

    private static void refusesBundle(VectorVersion version, XmlElement bundle) {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> elements(version).bundle(bundle));
    }

    private static XmlElement devices(VectorVersion version, String inside) throws MalformedMessageException {
        String name = elements(version).deviceListName().name();
        return read("<" + name + " xmlns='" + version.version().namespace() + "'>" + inside + "</" + name + ">");
    }

    private static XmlElement read(String xml) throws MalformedMessageException {
        return XmlReader.read(Bytes.of(xml.getBytes(StandardCharsets.UTF_8)), new XmlLimits(2_000_000, 32, 20_000, 64));
    }
}
