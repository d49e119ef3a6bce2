/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

/** Whatever becomes of an element: it is refused, or what was read can be written and reads the same. */
class Omemo2ElementsFuzzTest {

    private static final Elements ELEMENTS = Omemo2.VERSION.elements();

    @Test
    void damagedDeviceLists() {
        XmlElement device = XmlElement.builder("device", Omemo2.NAMESPACE)
                .attribute("id", "12345")
                .attribute("label", "Phone")
                .attribute("labelsig", "A".repeat(86) + "==")
                .build();
        XmlElement good = XmlElement.builder("devices", Omemo2.NAMESPACE)
                .child(device)
                .child(XmlElement.builder("device", Omemo2.NAMESPACE)
                        .attribute("id", "4223")
                        .build())
                .build();

        Fuzz.rounds(5000)
                .xml(
                        List.of(good),
                        input -> {
                            DeviceList read = ELEMENTS.deviceList(input);
                            assertThat(ELEMENTS.deviceList(ELEMENTS.toXml(read)).devices())
                                    .isEqualTo(read.devices());
                            read.devices().forEach(d -> d.label().ifPresent(label -> label.displayText()));
                        },
                        MalformedMessageException.class);
    }

    @Test
    void damagedBundles() throws Exception {
        List<XmlElement> good = new ArrayList<>();
        for (VectorFile file : Vectors.files("generated/omemo2/first_message*.json")) {
            good.add(VectorParties.xml(file.json().at("/parties/bob"), "bundle_xml"));
        }

        Fuzz.rounds(3000)
                .xml(
                        good,
                        input -> {
                            Bundle read = ELEMENTS.bundle(input);
                            assertThat(ELEMENTS.bundle(ELEMENTS.toXml(read))).isEqualTo(read);
                        },
                        MalformedMessageException.class);
    }

    @Test
    void damagedMessages() throws Exception {
        List<XmlElement> good = new ArrayList<>();
        for (VectorFile file : Vectors.files("generated/omemo2/first_message*.json")) {
            good.add(VectorParties.xml(file.json().at("/events/0/message"), "encrypted_xml"));
        }

        Fuzz.rounds(5000)
                .xml(
                        good,
                        input -> {
                            EncryptedMessage read = ELEMENTS.encrypted(input);
                            assertThat(ELEMENTS.encrypted(ELEMENTS.toXml(read))).isEqualTo(read);
                        },
                        MalformedMessageException.class);
    }
}
