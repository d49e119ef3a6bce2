/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.omemo4j.store.Changes;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.sql.SqlStore;

/** Somebody for whom a week passes now and then. */
final class RotatingPerson {
    private final World world;
    private final String version;
    private final Account account;
    private final Path file = TestServer.scratch("alice").resolve("alice.db");

    /** @param version the namespace of the version whose signed prekey is looked at. */
    RotatingPerson(World world, String version) {
        this.world = world;
        this.version = version;
        this.account = world.account("alice");
    }

    Client appears() {
        return world.client(account).store(SqlStore.open(file)).open();
    }

    /** A week later the client is there for a moment, without taking any message. */
    void rotates() {
        int before = newest().id();
        age();
        Client client = world.client(account)
                .store(SqlStore.open(file))
                .withoutPresence()
                .open();
        client.stop();
        assertThat(newest().id()).isEqualTo(before + 1);
    }

    private SignedPreKeyRecord newest() {
        return Smack.call(() -> {
            try (SqlStore store = SqlStore.open(file)) {
                store.lock();
                return store.signedPreKeys(version).get(0);
            }
        });
    }

    private void age() {
        Smack.run(() -> {
            try (SqlStore store = SqlStore.open(file)) {
                store.lock();
                List<Changes.Change> older = Stream.of(PeerKind.values())
                        .flatMap(any -> Smack.call(() -> store.signedPreKeys(any.namespace())).stream())
                        .<Changes.Change>map(key -> new Changes.PutSignedPreKey(new SignedPreKeyRecord(
                                key.version(),
                                key.id(),
                                key.privateKey(),
                                key.publicKey(),
                                key.signature(),
                                key.created().minus(Duration.ofDays(8)))))
                        .toList();
                store.commit(new Changes(store.revision(), Changes.Durability.FLUSHED, older));
            }
        });
    }
}
