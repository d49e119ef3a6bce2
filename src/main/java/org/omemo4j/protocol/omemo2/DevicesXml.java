/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;

/** The device list (XEP-0384 0.9.1, "Device List Publishing"; labels: "Device labels"). */
final class DevicesXml {

    private static final int SIGNATURE_SIZE = 64;

    private DevicesXml() {}

    /**
     * An entry without a proper id is left out, a label that is too long as well; the rest is used.
     *
     * @throws MalformedMessageException if there are entries and none is proper: that is not a list without devices, which may let messages leave in clear
     */
    static DeviceList read(XmlElement element, Predicate<DeviceId> preferred) throws MalformedMessageException {
        List<Device> listed = new ArrayList<>();
        for (XmlElement entry : element.children("device", Omemo2.NAMESPACE)) {
            entry.attribute("id").flatMap(DeviceId::parse).ifPresent(id -> listed.add(new Device(id, label(entry))));
        }
        if (listed.isEmpty() && element.elements().findAny().isPresent()) {
            throw new MalformedMessageException("no entry of the device list has a proper id");
        }
        return DeviceList.of(listed, preferred);
    }

    static XmlElement write(DeviceList devices) {
        XmlElement.Builder list = Omemo2Elements.element("devices");
        for (Device device : devices.devices()) {
            XmlElement.Builder entry =
                    Omemo2Elements.element("device").attribute("id", device.id().toString());
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
