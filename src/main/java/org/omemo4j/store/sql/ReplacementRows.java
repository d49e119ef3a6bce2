/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DropReplacements;
import org.omemo4j.store.Changes.PutReplacement;
import org.omemo4j.store.ReplacementRecord;

/** When sessions were replaced. Not thread-safe. */
final class ReplacementRows implements Rows {

    private static final String REPLACEMENT = "SELECT jid, device, version, asked, owed FROM replacement ";

    private final Sql replacements;
    private final Sql replacementsOwed;
    private final Sql putReplacement;
    private final Sql dropReplacements;

    ReplacementRows(Connection connection) {
        replacements = new Sql(connection, REPLACEMENT + "WHERE jid = ? AND device = ? ORDER BY asked, version");
        replacementsOwed =
                new Sql(connection, REPLACEMENT + "WHERE version = ? AND owed = 1 ORDER BY asked, jid, device");
        putReplacement = new Sql(
                connection, "REPLACE INTO replacement (jid, device, version, asked, owed) VALUES (?, ?, ?, ?, ?)");
        dropReplacements = new Sql(connection, "DELETE FROM replacement WHERE jid = ? AND device = ? AND asked < ?");
    }

    List<ReplacementRecord> replacements(DeviceAddress address) throws SQLException {
        return replacements.rows(
                ReplacementRows::replacement, address.jid(), address.device().value());
    }

    List<ReplacementRecord> replacementsOwed(String version) throws SQLException {
        return replacementsOwed.rows(ReplacementRows::replacement, version);
    }

    private static ReplacementRecord replacement(Row row) throws SQLException {
        return new ReplacementRecord(
                new DeviceAddress(row.jid(), new DeviceId(row.integer())), row.text(), row.instant(), row.bool());
    }

    @Override
    public boolean write(Change change) throws SQLException {
        if (change instanceof PutReplacement put) {
            ReplacementRecord row = put.replacement();
            putReplacement.update(
                    row.address().jid(), row.address().device().value(), row.version(), row.asked(), row.owed());
        } else if (change instanceof DropReplacements drop) {
            dropReplacements.update(
                    drop.address().jid(), drop.address().device().value(), drop.before());
        } else {
            return false;
        }
        return true;
    }
}
