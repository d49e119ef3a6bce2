/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.VectorVersion;
import org.omemo4j.testkit.Vectors.VectorFile;

/** Whatever becomes of an element: it is refused, or what was read can be written and reads the same. */
class VersionElementsFuzzTest {

    @ParameterizedTest
    @EnumSource
    void damagedDeviceLists(VectorVersion version) {
        Elements elements = version.version().elements();
        String namespace = version.version().namespace();
        XmlElement device = XmlElement.builder("device", namespace)
                .attribute("id", "12345")
                .attribute("label", "Phone")
                .attribute("labelsig", "A".repeat(86) + "==")
                .build();
        XmlElement good = XmlElement.builder(elements.deviceListName().name(), namespace)
                .child(device)
                .child(XmlElement.builder("device", namespace)
                        .attribute("id", "4223")
                        .build())
                .build();

        Fuzz.rounds(5000)
                .xml(
                        List.of(good),
                        input -> {
                            DeviceList read = elements.deviceList(input);
                            assertThat(elements.deviceList(elements.toXml(read)).devices())
                                    .isEqualTo(read.devices());
                            read.devices().forEach(d -> d.label().ifPresent(label -> label.displayText()));
                        },
                        MalformedMessageException.class);
    }

    @ParameterizedTest
    @EnumSource
    void damagedBundles(VectorVersion version) throws Exception {
        Elements elements = version.version().elements();
        List<XmlElement> good = new ArrayList<>();
        for (VectorFile file : version.files("first_message*.json")) {
            good.add(VectorParties.xml(file.json().at("/parties/bob"), "bundle_xml"));
        }

        Fuzz.rounds(3000)
                .xml(
                        good,
                        input -> {
                            Bundle read = elements.bundle(input);
                            assertThat(elements.bundle(elements.toXml(read))).isEqualTo(read);
                        },
                        MalformedMessageException.class);
    }

    @ParameterizedTest
    @EnumSource
    void damagedMessages(VectorVersion version) throws Exception {
        Elements elements = version.version().elements();
        List<XmlElement> good = new ArrayList<>();
        for (VectorFile file : version.files("first_message*.json")) {
            good.add(VectorParties.xml(file.json().at("/events/0/message"), "encrypted_xml"));
        }

        Fuzz.rounds(5000)
                .xml(
                        good,
                        input -> {
                            EncryptedMessage read = elements.encrypted(input);
                            assertThat(elements.encrypted(elements.toXml(read))).isEqualTo(read);
                        },
                        MalformedMessageException.class);
    }
}
