/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.crypto.Secret;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.ClearJournal;
import org.omemo4j.store.Changes.DeleteParked;
import org.omemo4j.store.Changes.DeletePreKey;
import org.omemo4j.store.Changes.DeleteSession;
import org.omemo4j.store.Changes.DeleteSignedPreKey;
import org.omemo4j.store.Changes.DeleteSkippedKey;
import org.omemo4j.store.Changes.DropSkippedKeys;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutConversation;
import org.omemo4j.store.Changes.PutJournal;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutPreKey;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSignedPreKey;
import org.omemo4j.store.Changes.PutSkippedKey;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.SkippedKeyRecord;

/** What was deleted or replaced leaves the files, and does so in time. */
class DeletedSecretsTest {

    private final SecureRandom random = new SecureRandom();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    private SqlStore store = SqlStore.open(Path.of("unset"));
    private StoreFiles files = new StoreFiles(Path.of("unset"));

    private final Secret identity = secret();
    private final Secret signedPreKey = secret();
    private final Secret preKey = secret();
    private final Secret state = secret();
    private final Secret otherState = secret();
    private final Secret usedSeed = secret();
    private final Secret droppedSeed = secret();
    private final Secret leftSeed = secret();
    private final Secret stanza =
            Secret.of("<message><body>the clear text</body></message>".getBytes(StandardCharsets.UTF_8));
    private final Secret kept = Secret.of("<entry><body>a kept text</body></entry>".getBytes(StandardCharsets.UTF_8));
    private final List<Secret> all =
            List.of(identity, signedPreKey, preKey, state, otherState, usedSeed, droppedSeed, leftSeed, stanza, kept);

    @BeforeEach
    void fill() throws Exception {
        store = SqlStore.open(directory.resolve("alice.db"));
        files = new StoreFiles(directory);
        store.lock();
        commit(
                new PutOwnDevice(new OwnDeviceRecord(ALICE, 1, "ED25519_SEED", identity, Optional.empty(), NOW)),
                new PutSignedPreKey(new SignedPreKeyRecord(OMEMO2, 1, signedPreKey, key(1), key(2), NOW)),
                new PutPreKey(new PreKeyRecord(OMEMO2, 1, preKey, key(3), Optional.empty())),
                new PutSession(session(1, state)),
                new PutSession(session(2, otherState)),
                new PutSkippedKey(new SkippedKeyRecord(1, key(1), 0, 0, droppedSeed)),
                new PutSkippedKey(new SkippedKeyRecord(1, key(1), 1, 1, usedSeed)),
                new PutSkippedKey(new SkippedKeyRecord(1, key(1), 2, 2, leftSeed)),
                new PutParked(
                        new ParkedRecord(1, BOB, "id", stanza, Optional.empty(), "REQUIRED", Optional.empty(), 0, NOW)),
                new PutJournal(new JournalRecord(key(1), NOW, kept)));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void whatIsStoredIsFound() throws Exception {
        assertThat(files.find(all)).containsExactlyInAnyOrderElementsOf(all);
        store.close();
        assertThat(files.find(all)).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void whatWasDeletedIsGoneAfterTheStoreIsClosed() throws Exception {
        deleteEverything();
        store.close();

        assertThat(files.find(all)).isEmpty();
    }

    @Test
    void whatWasDeletedIsGoneAfterTheBoundOfCommits() throws Exception {
        deleteEverything();
        for (int i = 0; i < Database.COMMITS_PER_TRUNCATION; i++) {
            commit();
        }

        assertThat(files.find(all)).isEmpty();
        assertThat(files.read()).containsKeys("alice.db", "alice.db-wal", "alice.db-shm", "alice.db.lock");
    }

    @Test
    void whatWasDeletedIsGoneAfterTheBoundOfChanges() throws Exception {
        deleteEverything();
        Change change = new PutConversation(new ConversationRecord(BOB, Optional.empty(), true, List.of()));
        Change[] many = new Change[Database.CHANGES_PER_TRUNCATION];
        Arrays.fill(many, change);
        commit(many);

        assertThat(files.find(all)).isEmpty();
        assertThat(Files.size(directory.resolve("alice.db-wal"))).isZero();
    }

    @Test
    void whatWasReplacedIsGone() throws Exception {
        Secret largerState = Secret.of(new byte[700]);
        commit(
                new PutOwnDevice(new OwnDeviceRecord(ALICE, 1, "ED25519_SEED", secret(), Optional.empty(), NOW)),
                new PutSignedPreKey(new SignedPreKeyRecord(OMEMO2, 1, secret(), key(1), key(2), NOW)),
                new PutPreKey(new PreKeyRecord(OMEMO2, 1, secret(), key(3), Optional.of(NOW))),
                new PutSession(session(1, secret())),
                new PutSession(session(2, largerState)),
                new PutSkippedKey(new SkippedKeyRecord(1, key(1), 0, 0, secret())),
                new PutSkippedKey(new SkippedKeyRecord(1, key(1), 1, 1, secret())),
                new PutSkippedKey(new SkippedKeyRecord(1, key(1), 2, 2, secret())),
                new PutParked(new ParkedRecord(
                        1, BOB, "id", secret(), Optional.empty(), "REQUIRED", Optional.empty(), 0, NOW)),
                new PutJournal(new JournalRecord(key(1), NOW, secret())));
        store.close();

        assertThat(files.find(all)).isEmpty();
    }

    @Test
    void whatAKilledProcessLeftInTheLogIsGoneAfterTheNextStart() throws Exception {
        deleteEverything();
        Path copy = Files.createDirectory(directory.resolve("copy"));
        for (String name : List.of("alice.db", "alice.db-wal")) {
            Files.write(copy.resolve(name), files.read(name));
        }
        assertThat(new StoreFiles(copy).find(all)).isNotEmpty();
        SqlStore restarted = SqlStore.open(copy.resolve("alice.db"));
        restarted.lock();

        assertThat(new StoreFiles(copy).find(all)).isEmpty();
        restarted.close();
    }

    private void deleteEverything() throws Exception {
        commit(
                new PutOwnDevice(new OwnDeviceRecord(ALICE, 1, "ED25519_SEED", secret(), Optional.empty(), NOW)),
                new DeleteSignedPreKey(OMEMO2, 1),
                new DeletePreKey(OMEMO2, 1),
                new DeleteSkippedKey(1, key(1), 1),
                new DropSkippedKeys(1, 1),
                new PutSession(session(2, secret())),
                new DeleteSession(1),
                new DeleteParked(1),
                new ClearJournal());
    }

    private void commit(Change... changes) throws Exception {
        store.commit(new Changes(store.revision(), Durability.RELAXED, List.of(changes)));
    }

    private static SessionRecord session(long id, Secret state) {
        return new SessionRecord(id, device(BOB, (int) id), OMEMO2, key(9), NOW, Optional.empty(), false, state);
    }

    private Secret secret() {
        return Secret.random(random, 32);
    }
}
