/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.omemo4j.protocol.xml.XmlElement;

/** The {@code <device/>} elements of a device list, which all versions read alike but for the labels. */
public final class DeviceEntries {

    private DeviceEntries() {}

    /**
     * Reads a list.  An entry without a proper id is left out; the rest is used.
     *
     * @param entries its entries
     * @param label the label of an entry
     * @param preferred the devices that stay when there are too many
     * @throws MalformedMessageException if there are entries and none is proper: that is not a list without devices, which may let messages leave in clear
     */
    public static DeviceList read(
            XmlElement list,
            List<XmlElement> entries,
            Function<XmlElement, Optional<Label>> label,
            Predicate<DeviceId> preferred)
            throws MalformedMessageException {
        List<Device> listed = new ArrayList<>();
        for (XmlElement entry : entries) {
            entry.attribute("id")
                    .flatMap(DeviceId::parse)
                    .ifPresent(id -> listed.add(new Device(id, label.apply(entry))));
        }
        if (listed.isEmpty() && list.elements().findAny().isPresent()) {
            throw new MalformedMessageException("no entry of the device list has a proper id");
        }
        return DeviceList.of(listed, preferred);
    }
}
