/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeleteDevice;
import org.omemo4j.store.Changes.PutDevice;
import org.omemo4j.store.Changes.PutDeviceList;
import org.omemo4j.store.DeviceListRecord;
import org.omemo4j.store.DeviceRecord;

/** Device lists, and devices with their listings. Not thread-safe. */
final class DeviceRows implements Rows {

    private static final String DEVICE =
            "SELECT jid, device, identity_key, label, label_signature, first_seen, last_seen FROM device ";

    private static final String LISTING = "SELECT device, version, listed FROM device_listing ";

    private final Sql deviceList;
    private final Sql putDeviceList;
    private final Sql devices;
    private final Sql listings;
    private final Sql putDevice;
    private final Sql deleteDevice;
    private final Sql deleteListings;
    private final Sql putListing;

    DeviceRows(Connection connection) {
        deviceList = new Sql(connection, "SELECT jid, version, seen FROM device_list WHERE jid = ? AND version = ?");
        putDeviceList = new Sql(connection, "REPLACE INTO device_list (jid, version, seen) VALUES (?, ?, ?)");
        devices = new Sql(connection, DEVICE + "WHERE jid = ? ORDER BY device");
        listings = new Sql(connection, LISTING + "WHERE jid = ?");
        putDevice = new Sql(connection, """
                INSERT INTO device (jid, device, identity_key, label, label_signature, first_seen, last_seen)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET identity_key = excluded.identity_key, label = excluded.label,
                    label_signature = excluded.label_signature, first_seen = excluded.first_seen,
                    last_seen = excluded.last_seen""");
        deleteDevice = new Sql(connection, "DELETE FROM device WHERE jid = ? AND device = ?");
        deleteListings = new Sql(connection, "DELETE FROM device_listing WHERE jid = ? AND device = ?");
        putListing =
                new Sql(connection, "INSERT INTO device_listing (jid, device, version, listed) VALUES (?, ?, ?, ?)");
    }

    Optional<DeviceListRecord> deviceList(BareJid jid, String version) throws SQLException {
        return deviceList.row(row -> new DeviceListRecord(row.jid(), row.text(), row.instant()), jid, version);
    }

    List<DeviceRecord> devices(BareJid jid) throws SQLException {
        return withListings(devices.rows(DeviceRows::device, jid), listings.rows(DeviceRows::listing, jid));
    }

    private record Listing(int device, String version, boolean listed) {}

    private static Listing listing(Row row) throws SQLException {
        return new Listing(row.integer(), row.text(), row.bool());
    }

    private static DeviceRecord device(Row row) throws SQLException {
        return new DeviceRecord(
                new DeviceAddress(row.jid(), new DeviceId(row.integer())),
                row.optionalBytes(),
                row.optionalText(),
                row.optionalBytes(),
                row.instant(),
                row.instant(),
                Map.of());
    }

    private static List<DeviceRecord> withListings(List<DeviceRecord> devices, List<Listing> listings) {
        Map<Integer, Map<String, Boolean>> byDevice = new HashMap<>();
        for (Listing listing : listings) {
            byDevice.computeIfAbsent(listing.device(), device -> new HashMap<>())
                    .put(listing.version(), listing.listed());
        }
        List<DeviceRecord> complete = new ArrayList<>();
        for (DeviceRecord device : devices) {
            complete.add(new DeviceRecord(
                    device.address(),
                    device.identityKey(),
                    device.label(),
                    device.labelSignature(),
                    device.firstSeen(),
                    device.lastSeen(),
                    byDevice.getOrDefault(device.address().device().value(), Map.of())));
        }
        return List.copyOf(complete);
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutDevice put) {
            put(put.device());
        } else if (change instanceof DeleteDevice delete) {
            deleteDevice.update(
                    delete.address().jid(), delete.address().device().value());
        } else if (change instanceof PutDeviceList put) {
            DeviceListRecord list = put.deviceList();
            putDeviceList.update(list.jid(), list.version(), list.seen());
        } else {
            return false;
        }
        return true;
    }

    private void put(DeviceRecord device) throws SQLException {
        BareJid jid = device.address().jid();
        int id = device.address().device().value();
        putDevice.update(
                jid,
                id,
                device.identityKey(),
                device.label(),
                device.labelSignature(),
                device.firstSeen(),
                device.lastSeen());
        deleteListings.update(jid, id);
        for (Map.Entry<String, Boolean> listing : device.listings().entrySet()) {
            putListing.update(jid, id, listing.getKey(), listing.getValue());
        }
    }
}
