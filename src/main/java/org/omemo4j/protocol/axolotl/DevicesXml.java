/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import java.util.Optional;
import java.util.function.Predicate;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceEntries;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;

/** The device list (XEP-0384 0.3.0, "Announcing support"); it has no labels. */
final class DevicesXml {

    private DevicesXml() {}

    static DeviceList read(XmlElement element, Predicate<DeviceId> preferred) throws MalformedMessageException {
        return DeviceEntries.read(
                element, AxolotlElements.XML.all(element, "device"), entry -> Optional.empty(), preferred);
    }

    static XmlElement write(DeviceList devices) {
        XmlElement.Builder list = AxolotlElements.XML.element("list");
        for (Device device : devices.devices()) {
            list.child(AxolotlElements.XML
                    .element("device")
                    .attribute("id", device.id().toString())
                    .build());
        }
        return list.build();
    }
}
