/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.LARGEST_N;
import static org.omemo4j.store.StoreRows.LEGACY;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.preKey;
import static org.omemo4j.store.StoreRows.secret;
import static org.omemo4j.store.StoreRows.session;
import static org.omemo4j.store.StoreRows.signedPreKey;
import static org.omemo4j.store.StoreRows.skippedKey;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutConversation;
import org.omemo4j.store.Changes.PutDevice;
import org.omemo4j.store.Changes.PutDeviceList;
import org.omemo4j.store.Changes.PutJournal;
import org.omemo4j.store.Changes.PutKeptTrust;
import org.omemo4j.store.Changes.PutOwnBundle;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutPreKey;
import org.omemo4j.store.Changes.PutPreKeyUse;
import org.omemo4j.store.Changes.PutReplacement;
import org.omemo4j.store.Changes.PutRetention;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSignedPreKey;
import org.omemo4j.store.Changes.PutSkippedKey;
import org.omemo4j.store.Changes.PutTrust;
import org.omemo4j.store.Changes.PutTrustEntry;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.DeviceListRecord;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.OptOutRecord;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.ReplacementRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.store.TrustRecord;

/**
 * The stores that earlier releases wrote, {@code src/test/resources/stores/schema-<version>.db}: all hold the same rows, and every later release must
 * open them. A release that brings a new schema adds one, written by {@link #main}; a file that is there never changes again.
 */
final class StoredDatabase {

    private static final OwnDeviceRecord OWN_DEVICE =
            new OwnDeviceRecord(ALICE, 4711, "ED25519_SEED", secret(1), Optional.of("Gerät"), NOW);
    private static final OwnBundleRecord OWN_BUNDLE =
            new OwnBundleRecord(OMEMO2, 101, 2, 3, 2, true, List.of(NOW, NOW.plusSeconds(5)));
    private static final PreKeyRecord HIDDEN =
            new PreKeyRecord(OMEMO2, 2, secret(2), key(3), Optional.of(NOW.plusSeconds(1)));
    private static final DeviceListRecord DEVICE_LIST = new DeviceListRecord(BOB, OMEMO2, NOW);
    private static final DeviceRecord DEVICE = new DeviceRecord(
            device(BOB, 31),
            Optional.of(key(7)),
            Optional.of("Bobs Gerät 📱"),
            Optional.of(key(8)),
            NOW,
            NOW.plusSeconds(1),
            Map.of(OMEMO2, true, LEGACY, false));
    private static final TrustRecord TRUST = new TrustRecord(
            BOB, key(7), Optional.of("VERIFIED"), true, true, Optional.of(NOW), Optional.of(NOW.plusSeconds(1)));
    private static final TrustEntryRecord TRUST_ENTRY = new TrustEntryRecord(
            1,
            NOW,
            BOB,
            Optional.of(key(7)),
            Optional.of("BLINDLY_TRUSTED"),
            Optional.of("VERIFIED"),
            "TRUST_MESSAGE",
            Optional.of(new TrustEntryRecord.Sender(device(ALICE, 4712), key(11))),
            "Grüße",
            Optional.empty());
    private static final KeptTrustRecord KEPT_TRUST =
            new KeptTrustRecord(device(BOB, 31), key(7), NOW, ALICE, key(12), "VERIFY");
    private static final SessionRecord ARCHIVED = new SessionRecord(
            Long.MIN_VALUE, device(BOB, 31), OMEMO2, key(9), NOW, Optional.of(NOW), true, secret("archived"));
    private static final ReplacementRecord REPLACEMENT = new ReplacementRecord(device(BOB, 31), OMEMO2, NOW, true);
    private static final ConversationRecord CONVERSATION =
            new ConversationRecord(BOB, Optional.of("REQUIRED"), true, List.of(new OptOutRecord(key(7), "Grüße")));
    private static final ParkedRecord PARKED = new ParkedRecord(
            1,
            BOB,
            "id",
            secret("<message>Grüße</message>"),
            Optional.of("<encrypted/>"),
            "PREFERRED",
            Optional.of("++--++ alice@example.org"),
            3,
            NOW);

    private static final Duration RETENTION = Duration.ofDays(30);
    private static final JournalRecord KEPT = new JournalRecord(key(10), NOW, secret("<entry>Grüße</entry>"));

    private StoredDatabase() {}

    /** Writes the file for the schema of this source tree; the argument is its path. */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        SqlStore store = SqlStore.open(file);
        store.lock();
        store.commit(new Changes(
                0,
                Durability.FLUSHED,
                List.of(
                        new PutOwnDevice(OWN_DEVICE),
                        new PutOwnBundle(OWN_BUNDLE),
                        new PutSignedPreKey(signedPreKey(OMEMO2, 1, NOW)),
                        new PutPreKey(preKey(OMEMO2, 1)),
                        new PutPreKey(HIDDEN),
                        new PutPreKeyUse(OMEMO2, 2, key(6)),
                        new PutDeviceList(DEVICE_LIST),
                        new PutDevice(DEVICE),
                        new PutTrust(TRUST),
                        new PutTrustEntry(TRUST_ENTRY),
                        new PutKeptTrust(KEPT_TRUST),
                        new PutSession(ARCHIVED),
                        new PutReplacement(REPLACEMENT),
                        new PutSession(session(1, device(BOB, 31))),
                        new PutSkippedKey(skippedKey(1, key(4), LARGEST_N, 5)),
                        new PutClosedChain(1, key(5), 6),
                        new PutConversation(CONVERSATION),
                        new PutParked(PARKED),
                        new PutRetention(RETENTION),
                        new PutJournal(KEPT))));
        store.close();
        Files.delete(StoreFile.beside(file, ".lock"));
    }

    /** The file of a schema. */
    static Path of(int version) {
        return Path.of("src", "test", "resources", "stores", "schema-" + version + ".db");
    }

    /** Looks at every row. */
    static void assertIn(SqlStore store) throws Exception {
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.ownDevice()).contains(OWN_DEVICE);
        assertThat(store.ownBundle(OMEMO2)).contains(OWN_BUNDLE);
        assertThat(store.signedPreKeys(OMEMO2)).containsExactly(signedPreKey(OMEMO2, 1, NOW));
        assertThat(store.preKeys(OMEMO2)).containsExactly(preKey(OMEMO2, 1), HIDDEN);
        assertThat(store.isPreKeyUsedBy(OMEMO2, 2, key(6))).isTrue();
        assertThat(store.deviceList(BOB, OMEMO2)).contains(DEVICE_LIST);
        assertThat(store.devices(BOB)).containsExactly(DEVICE);
        assertThat(store.trust(BOB)).containsExactly(TRUST);
        assertThat(store.trustEntries(10)).containsExactly(TRUST_ENTRY);
        assertThat(store.keptTrustAbout(ALICE)).containsExactly(KEPT_TRUST);
        assertThat(store.sessions(device(BOB, 31), OMEMO2)).containsExactly(session(1, device(BOB, 31)), ARCHIVED);
        assertThat(store.sessionsOwingEmptyMessage(OMEMO2)).containsExactly(ARCHIVED);
        assertThat(store.replacements(device(BOB, 31))).containsExactly(REPLACEMENT);
        assertThat(store.skippedKey(1, key(4), LARGEST_N)).contains(skippedKey(1, key(4), LARGEST_N, 5));
        assertThat(store.isClosedChain(1, key(5))).isTrue();
        assertThat(store.conversation(BOB)).contains(CONVERSATION);
        assertThat(store.parked()).containsExactly(PARKED);
        assertThat(store.retention()).isEqualTo(RETENTION);
        assertThat(store.journal(key(10))).contains(KEPT);
    }
}
