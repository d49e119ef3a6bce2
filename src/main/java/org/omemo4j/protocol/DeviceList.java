/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The devices that an account announces, in the order of the list.  Ids are unique.
 *
 * @param devices at most {@link #MAX_DEVICES}
 * @param truncated whether the published list had more devices than are here
 */
public record DeviceList(List<Device> devices, boolean truncated) {

    /** Devices used of one account.  Bounds what a contact can make us fetch and encrypt for (QXmpp: 200 as well). */
    public static final int MAX_DEVICES = 200;

    /** A list without devices: the account cannot be written to with OMEMO. */
    public static final DeviceList EMPTY = new DeviceList(List.of(), false);

    /**
     * @throws IllegalArgumentException if there are more than {@link #MAX_DEVICES} devices, or an id is there twice
     */
    public DeviceList {
        devices = List.copyOf(devices);
        if (devices.size() > MAX_DEVICES) {
            throw new IllegalArgumentException("a list of " + devices.size() + " devices");
        }
        if (devices.stream().map(Device::id).distinct().count() != devices.size()) {
            throw new IllegalArgumentException("a device id is listed twice");
        }
    }

    /** The listed devices; of an id that is there twice, the first entry; of too many devices, the first ones. */
    public static DeviceList of(List<Device> listed) {
        return of(listed, id -> false);
    }

    /**
     * The listed devices; of an id that is there twice, the first entry.
     *
     * @param preferred if there are too many, these stay and others go; say which devices have a session
     */
    public static DeviceList of(List<Device> listed, Predicate<DeviceId> preferred) {
        Map<DeviceId, Device> unique = new LinkedHashMap<>();
        listed.forEach(device -> unique.putIfAbsent(device.id(), device));
        if (unique.size() <= MAX_DEVICES) {
            return new DeviceList(List.copyOf(unique.values()), false);
        }
        List<Device> kept = new ArrayList<>();
        unique.values().stream().filter(device -> preferred.test(device.id())).forEach(kept::add);
        unique.values().stream().filter(device -> !preferred.test(device.id())).forEach(kept::add);
        return new DeviceList(kept.subList(0, MAX_DEVICES), true);
    }

    /** Whether this device is on the list. */
    public boolean contains(DeviceId id) {
        return find(id).isPresent();
    }

    /** The entry of this device. */
    public Optional<Device> find(DeviceId id) {
        return devices.stream().filter(device -> device.id().equals(id)).findFirst();
    }

    /**
     * This list with that device: its entry replaced, or a new one at the end.  In a full list the new one takes the place
     * of the last.
     */
    public DeviceList with(Device device) {
        List<Device> next = new ArrayList<>(devices);
        int index = devices.stream().map(Device::id).toList().indexOf(device.id());
        if (index >= 0) {
            next.set(index, device);
            return new DeviceList(next, truncated);
        }
        boolean full = next.size() == MAX_DEVICES;
        if (full) {
            next.remove(MAX_DEVICES - 1);
        }
        next.add(device);
        return new DeviceList(next, truncated || full);
    }

    /** This list without that device. */
    public DeviceList without(DeviceId id) {
        return new DeviceList(
                devices.stream().filter(device -> !device.id().equals(id)).toList(), truncated);
    }
}
