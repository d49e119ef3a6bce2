/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.util.Optional;
import java.util.function.Predicate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceEntries;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;

/** The device list (XEP-0384 0.9.1, "Device List Publishing"; labels: "Device labels"). */
final class DevicesXml {

    private static final int SIGNATURE_SIZE = 64;

    private DevicesXml() {}

    /** A label that is too long is left out, and its device stays. */
    static DeviceList read(XmlElement element, Predicate<DeviceId> preferred) throws MalformedMessageException {
        return DeviceEntries.read(element, Omemo2Elements.XML.all(element, "device"), DevicesXml::label, preferred);
    }

    static XmlElement write(DeviceList devices) {
        XmlElement.Builder list = Omemo2Elements.XML.element("devices");
        for (Device device : devices.devices()) {
            XmlElement.Builder entry = Omemo2Elements.XML
                    .element("device")
                    .attribute("id", device.id().toString());
            device.label().ifPresent(label -> {
                entry.attribute("label", label.text());
                label.signature().ifPresent(signature -> entry.attribute("labelsig", Base64Text.encode(signature)));
            });
            list.child(entry.build());
        }
        return list.build();
    }

    private static Optional<Label> label(XmlElement entry) {
        return entry.attribute("label")
                .filter(text -> text.length() <= Label.MAX_LENGTH)
                .map(text -> new Label(text, entry.attribute("labelsig").flatMap(DevicesXml::signature)));
    }

    private static Optional<Bytes> signature(String base64) {
        try {
            Bytes signature = Base64Text.decode(base64, SIGNATURE_SIZE);
            return Optional.of(signature).filter(s -> s.size() == SIGNATURE_SIZE);
        } catch (MalformedMessageException e) {
            return Optional.empty(); // the label is unsigned then, and not shown; the device stays
        }
    }
}
