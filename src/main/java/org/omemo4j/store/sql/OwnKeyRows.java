/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeletePreKey;
import org.omemo4j.store.Changes.DeleteSignedPreKey;
import org.omemo4j.store.Changes.PutOwnBundle;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutPreKey;
import org.omemo4j.store.Changes.PutPreKeyUse;
import org.omemo4j.store.Changes.PutSignedPreKey;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.StoreException;

/** Our own device, bundles and prekeys. Not thread-safe. */
final class OwnKeyRows implements Rows {

    private static final String PRE_KEY =
            "SELECT version, id, content, public_key, hidden_since FROM pre_key JOIN secret ON slot = private_key ";

    private final SecretSlots secrets;
    private final Sql ownDevice;
    private final Sql putOwnDevice;
    private final Sql ownBundle;
    private final Sql putOwnBundle;
    private final Sql healings;
    private final Sql deleteHealings;
    private final Sql putHealing;
    private final Sql signedPreKeys;
    private final Sql putSignedPreKey;
    private final Sql deleteSignedPreKey;
    private final Sql preKeys;
    private final Sql preKey;
    private final Sql putPreKey;
    private final Sql deletePreKey;
    private final Sql preKeyUse;
    private final Sql putPreKeyUse;

    OwnKeyRows(Connection connection, SecretSlots secrets) {
        this.secrets = secrets;
        ownDevice = new Sql(connection, """
                SELECT owner, device, identity_form, content, label, created
                FROM own_device JOIN secret ON slot = identity_key""");
        putOwnDevice = new Sql(connection, """
                INSERT INTO own_device (only_row, owner, device, identity_form, identity_key, label, created)
                VALUES (1, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET device = excluded.device, identity_form = excluded.identity_form,
                    identity_key = excluded.identity_key, label = excluded.label, created = excluded.created
                WHERE owner = excluded.owner""");
        ownBundle = new Sql(connection, """
                SELECT version, next_pre_key_id, next_signed_pre_key_id, changed, published, announced
                FROM own_bundle WHERE version = ?""");
        putOwnBundle = new Sql(connection, "REPLACE INTO own_bundle VALUES (?, ?, ?, ?, ?, ?)");
        healings = new Sql(connection, "SELECT time FROM list_healing WHERE version = ? ORDER BY time");
        deleteHealings = new Sql(connection, "DELETE FROM list_healing WHERE version = ?");
        putHealing = new Sql(connection, "INSERT INTO list_healing (version, time) VALUES (?, ?)");
        signedPreKeys = new Sql(connection, """
                SELECT version, id, content, public_key, signature, created
                FROM signed_pre_key JOIN secret ON slot = private_key
                WHERE version = ? ORDER BY created DESC, id DESC""");
        putSignedPreKey = new Sql(connection, """
                INSERT INTO signed_pre_key (version, id, private_key, public_key, signature, created)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET private_key = excluded.private_key, public_key = excluded.public_key,
                    signature = excluded.signature, created = excluded.created""");
        deleteSignedPreKey = new Sql(connection, "DELETE FROM signed_pre_key WHERE version = ? AND id = ?");
        preKeys = new Sql(connection, PRE_KEY + "WHERE version = ? ORDER BY id");
        preKey = new Sql(connection, PRE_KEY + "WHERE version = ? AND id = ?");
        putPreKey = new Sql(connection, """
                INSERT INTO pre_key (version, id, private_key, public_key, hidden_since) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET private_key = excluded.private_key, public_key = excluded.public_key,
                    hidden_since = excluded.hidden_since""");
        deletePreKey = new Sql(connection, "DELETE FROM pre_key WHERE version = ? AND id = ?");
        preKeyUse = new Sql(connection, "SELECT 1 FROM pre_key_use WHERE version = ? AND id = ? AND identity_key = ?");
        putPreKeyUse = new Sql(
                connection,
                "INSERT INTO pre_key_use (version, id, identity_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    }

    Optional<OwnDeviceRecord> ownDevice() throws SQLException {
        return ownDevice.row(row -> new OwnDeviceRecord(
                row.jid(), row.integer(), row.text(), row.secret(), row.optionalText(), row.instant()));
    }

    Optional<OwnBundleRecord> ownBundle(String version) throws SQLException {
        List<Instant> healed = healings.rows(Row::instant, version);
        return ownBundle.row(
                row -> new OwnBundleRecord(
                        row.text(), row.integer(), row.integer(), row.number(), row.number(), row.bool(), healed),
                version);
    }

    List<SignedPreKeyRecord> signedPreKeys(String version) throws SQLException {
        return signedPreKeys.rows(
                row -> new SignedPreKeyRecord(
                        row.text(), row.integer(), row.secret(), row.bytes(), row.bytes(), row.instant()),
                version);
    }

    List<PreKeyRecord> preKeys(String version) throws SQLException {
        return preKeys.rows(OwnKeyRows::preKey, version);
    }

    Optional<PreKeyRecord> preKey(String version, int id) throws SQLException {
        return preKey.row(OwnKeyRows::preKey, version, id);
    }

    private static PreKeyRecord preKey(Row row) throws SQLException {
        return new PreKeyRecord(row.text(), row.integer(), row.secret(), row.bytes(), row.optionalInstant());
    }

    boolean isPreKeyUsedBy(String version, int id, Bytes identityKey) throws SQLException {
        return preKeyUse.hasRow(version, id, identityKey);
    }

    @Override
    public boolean write(Change change) throws SQLException, StoreException {
        if (change instanceof PutPreKey put) {
            put(put.preKey());
        } else if (change instanceof DeletePreKey delete) {
            deletePreKey.update(delete.version(), delete.id());
        } else if (change instanceof PutPreKeyUse put) {
            putPreKeyUse.update(put.version(), put.id(), put.identityKey());
        } else if (change instanceof PutOwnBundle put) {
            put(put.bundle());
        } else if (change instanceof PutSignedPreKey put) {
            put(put.signedPreKey());
        } else if (change instanceof DeleteSignedPreKey delete) {
            deleteSignedPreKey.update(delete.version(), delete.id());
        } else if (change instanceof PutOwnDevice put) {
            put(put.device());
        } else {
            return false;
        }
        return true;
    }

    private void put(PreKeyRecord preKey) throws SQLException {
        putPreKey.update(
                preKey.version(),
                preKey.id(),
                secrets.put(preKey.privateKey()),
                preKey.publicKey(),
                preKey.hiddenSince());
    }

    private void put(OwnBundleRecord bundle) throws SQLException {
        putOwnBundle.update(
                bundle.version(),
                bundle.nextPreKeyId(),
                bundle.nextSignedPreKeyId(),
                bundle.changed(),
                bundle.published(),
                bundle.announced());
        deleteHealings.update(bundle.version());
        for (Instant healing : bundle.healings()) {
            putHealing.update(bundle.version(), healing);
        }
    }

    private void put(SignedPreKeyRecord signedPreKey) throws SQLException {
        putSignedPreKey.update(
                signedPreKey.version(),
                signedPreKey.id(),
                secrets.put(signedPreKey.privateKey()),
                signedPreKey.publicKey(),
                signedPreKey.signature(),
                signedPreKey.created());
    }

    private void put(OwnDeviceRecord device) throws SQLException, StoreException {
        int written = putOwnDevice.update(
                device.owner(),
                device.deviceId(),
                device.identityForm(),
                secrets.put(device.identityKey()),
                device.label(),
                device.created());
        if (written == 0) {
            throw new StoreException("The store belongs to another account than " + device.owner() + ".");
        }
    }
}
