/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.OmemoVersion;

/**
 * Devices of our account that are being taken off it, and what is still there of each. In memory only: whoever has asked for it is told what is left, and may ask again. Used under the
 * engine's lock.
 */
final class Departures {
    private final Map<DeviceId, Set<Trace>> going = new HashMap<>();

    /** What a device leaves on the server. */
    private record Trace(OmemoVersion version, boolean isBundle) {
        String words() {
            return (isBundle ? "its bundle of " : "its entry on the device list of ") + version.namespace();
        }
    }

    void begin(DeviceId device, Collection<OmemoVersion> versions) {
        Set<Trace> traces = new LinkedHashSet<>();
        versions.forEach(version -> {
            traces.add(new Trace(version, false));
            traces.add(new Trace(version, true));
        });
        going.put(device, traces);
    }

    /** What is still there. */
    List<String> left(DeviceId device) {
        return going.getOrDefault(device, Set.of()).stream().map(Trace::words).toList();
    }

    void end(DeviceId device) {
        going.remove(device);
    }

    /** Whether this device is going. */
    boolean contain(DeviceId device) {
        return going.containsKey(device);
    }

    /** Whether a list has to be written for somebody's sake. */
    boolean concern(OmemoVersion version) {
        return going.values().stream().anyMatch(traces -> traces.contains(new Trace(version, false)));
    }

    /** The list without those that have to leave it. Who comes back later is somebody who is alive. */
    DeviceList without(OmemoVersion version, DeviceList list) {
        DeviceList rest = list;
        for (Map.Entry<DeviceId, Set<Trace>> entry : going.entrySet()) {
            if (entry.getValue().contains(new Trace(version, false))) {
                rest = rest.without(entry.getKey());
            }
        }
        return rest;
    }

    /** Who had to leave this list, and is not on it. */
    List<DeviceId> off(OmemoVersion version, DeviceList list) {
        List<DeviceId> off = new ArrayList<>();
        going.forEach((device, traces) -> {
            if (traces.contains(new Trace(version, false)) && !list.contains(device)) {
                off.add(device);
            }
        });
        return off;
    }

    void leftList(DeviceId device, OmemoVersion version) {
        remove(device, new Trace(version, false));
    }

    void leftBundle(DeviceId device, OmemoVersion version) {
        remove(device, new Trace(version, true));
    }

    private void remove(DeviceId device, Trace trace) {
        Set<Trace> left = going.get(device);
        if (left != null) {
            left.remove(trace);
        }
    }
}
