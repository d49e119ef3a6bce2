/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.trust.Fingerprint;

/** Devices of an account, for a person or for a program. */
final class DeviceReport {
    private final Terminal terminal;
    private final DeviceAddress own;

    /** @param own this device, which is marked. */
    DeviceReport(Terminal terminal, DeviceAddress own) {
        this.terminal = terminal;
        this.own = own;
    }

    void table(List<KnownDevice> devices) {
        TerminalColors colors = TerminalColors.of(terminal);
        Table table = new Table("DEVICE", "LABEL", "VERSIONS", "TRUST", "LAST SEEN", "FINGERPRINT");
        for (KnownDevice device : devices) {
            table.row(
                    device.address().device().toString(),
                    device.label().map(OneLine::of).orElse("-"),
                    versions(device),
                    device.address().equals(own)
                            ? "this device"
                            : device.trust().words(),
                    LocalTime.of(device.lastSeen()),
                    device.fingerprint().map(colors::paint).orElse("not known yet"));
        }
        table.print(terminal);
    }

    void json(List<KnownDevice> devices) {
        JsonLines lines = new JsonLines(terminal.outForPrograms());
        devices.forEach(device -> lines.print(line -> write(line, device, own)));
    }

    /** Other programs rely on the names: fields may be added, never renamed. */
    static void write(JsonGenerator line, KnownDevice device, DeviceAddress own) throws IOException {
        line.writeStringField("jid", device.address().jid().toString());
        line.writeNumberField("device", device.address().device().value());
        line.writeBooleanField("thisDevice", device.address().equals(own));
        JsonLines.writeOrNull(line, "label", device.label());
        line.writeArrayFieldStart("versions");
        for (String version : device.versions()) {
            line.writeString(version);
        }
        line.writeEndArray();
        line.writeStringField("trust", Words.of(device.trust()));
        line.writeStringField("firstSeen", device.firstSeen().toString());
        line.writeStringField("lastSeen", device.lastSeen().toString());
        Optional<String> fingerprint = device.fingerprint().map(Fingerprint::hex);
        JsonLines.writeOrNull(line, "fingerprint", fingerprint);
    }

    /** By the words that {@code --version} takes, the better one first. */
    static String versions(KnownDevice device) {
        return device.isActive()
                ? device.versions().stream()
                        .map(version -> version.equals(Omemo2.NAMESPACE) ? "omemo2" : "legacy")
                        .sorted((one, other) -> other.compareTo(one))
                        .collect(Collectors.joining(", "))
                : "not in use";
    }
}
