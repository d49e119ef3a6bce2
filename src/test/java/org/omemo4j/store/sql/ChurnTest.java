/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.OMEMO2;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.DeleteParked;
import org.omemo4j.store.Changes.DeleteSession;
import org.omemo4j.store.Changes.DeleteSkippedKey;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSkippedKey;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.SkippedKeyRecord;

/**
 * Law: whatever sessions, skipped keys and parked messages come and go, in files that have been split and merged many times: what is stored is
 * found, what was deleted is not. In ordinary rows some secrets stay, {@code secure_delete} or not: rows that move leave copies.
 */
class ChurnTest {

    private static final int CHECKS = 4;
    private static final int STEPS_PER_CHECK = 150;

    private record SkippedId(long session, Bytes ratchetKey, long n) {}

    private final Map<Long, Secret> sessions = new HashMap<>();
    private final Map<SkippedId, Secret> skipped = new HashMap<>();
    private final Map<Long, Secret> parked = new HashMap<>();
    private final List<Secret> dead = new ArrayList<>();
    private Random random = new Random();
    private long number;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void onlyWhatIsStoredIsInTheFiles(long seed, @TempDir Path directory) throws Exception {
        random = new Random(seed);
        SqlStore store = SqlStore.open(directory.resolve("alice.db"));
        for (int check = 0; check < CHECKS; check++) {
            store.lock();
            for (int i = 0; i < STEPS_PER_CHECK; i++) {
                store.commit(new Changes(store.revision(), durability(), step()));
            }
            store.close();
            StoreFiles files = new StoreFiles(directory);
            assertThat(files.find(dead)).isEmpty();
            assertThat(files.find(live())).hasSize(live().size());
        }
        assertThat(dead).hasSizeGreaterThan(1000);
    }

    private Durability durability() {
        return random.nextBoolean() ? Durability.BATCHED : Durability.RELAXED;
    }

    private List<Secret> live() {
        List<Secret> live = new ArrayList<>(sessions.values());
        live.addAll(skipped.values());
        live.addAll(parked.values());
        return live;
    }

    private List<Change> step() {
        List<Change> changes = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(8)) {
                case 0 -> putSession(random.nextLong(), changes);
                case 1, 2 -> any(sessions).ifPresent(id -> putSession(id, changes));
                case 3, 4 -> any(sessions).ifPresent(id -> skip(id, changes));
                case 5 -> use(changes);
                case 6 -> park(changes);
                default -> delete(changes);
            }
        }
        return changes;
    }

    private <K> Optional<K> any(Map<K, Secret> rows) {
        return rows.keySet().stream()
                .skip(rows.isEmpty() ? 0 : random.nextInt(rows.size()))
                .findFirst();
    }

    private void putSession(long id, List<Change> changes) {
        Secret state = secret(360 + random.nextInt(300));
        replace(sessions, id, state);
        SessionRecord session = new SessionRecord(
                id, device(BOB, 1), OMEMO2, key(1), NOW, Optional.of(NOW), random.nextBoolean(), state);
        changes.add(new PutSession(session));
    }

    private void skip(long session, List<Change> changes) {
        Bytes ratchetKey = Bytes.of(secret(32).reveal());
        int count = random.nextInt(4) == 0 ? 80 : 3;
        for (int n = 0; n < count; n++) {
            Secret seed = secret(32);
            skipped.put(new SkippedId(session, ratchetKey, n), seed);
            changes.add(new PutSkippedKey(new SkippedKeyRecord(session, ratchetKey, n, number++, seed)));
        }
    }

    private void use(List<Change> changes) {
        int count = random.nextInt(100);
        for (int i = 0; i < count; i++) {
            any(skipped).ifPresent(id -> {
                dead.add(skipped.remove(id));
                changes.add(new DeleteSkippedKey(id.session(), id.ratchetKey(), id.n()));
            });
        }
    }

    private void park(List<Change> changes) {
        Secret stanza = secret(100 + random.nextInt(9000));
        replace(parked, number, stanza);
        changes.add(new PutParked(
                new ParkedRecord(number++, BOB, "id", stanza, Optional.empty(), "REQUIRED", Optional.empty(), 0, NOW)));
    }

    private void delete(List<Change> changes) {
        any(parked).ifPresent(id -> {
            dead.add(parked.remove(id));
            changes.add(new DeleteParked(id));
        });
        any(sessions).filter(id -> random.nextInt(3) == 0).ifPresent(id -> {
            dead.add(sessions.remove(id));
            skipped.keySet().removeIf(key -> {
                boolean gone = key.session() == id;
                if (gone) {
                    dead.add(skipped.get(key));
                }
                return gone;
            });
            changes.add(new DeleteSession(id));
        });
    }

    private <K> void replace(Map<K, Secret> rows, K id, Secret secret) {
        Secret before = rows.put(id, secret);
        if (before != null) {
            dead.add(before);
        }
    }

    private Secret secret(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Secret.of(bytes);
    }
}
