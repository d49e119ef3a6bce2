/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import static org.omemo4j.testkit.TestDevice.attempt;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Secret;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.IncomingMessage;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.memory.MemoryStore;

/** An engine with the private state of a vector's party. */
public final class VectorDevice {
    private final MemoryStore store = new MemoryStore();
    private final QueueRandom random = new QueueRandom();
    private final ManualClock clock = new ManualClock();
    private final DeviceAddress address;
    private final OmemoVersion version;
    private OmemoEngine engine;

    public VectorDevice(JsonNode party, OmemoVersion version) {
        this.version = version;
        this.address = address(party);
        List<Change> state = new ArrayList<>();
        JsonNode identity = party.get("identity");
        boolean seed = text(identity, "kind").equals("seed");
        Secret key = secret(identity, seed ? "seed" : "priv");
        state.add(new Changes.PutOwnDevice(new OwnDeviceRecord(
                address.jid(),
                address.device().value(),
                seed ? "ED25519_SEED" : "CURVE25519",
                key,
                Optional.empty(),
                clock.instant())));
        state.add(new Changes.PutOwnBundle(new OwnBundleRecord(version.namespace(), 1000, 100, 1, 1, true, List.of())));
        state.addAll(signedPreKeys(party));
        for (JsonNode preKey : party.get("pre_keys")) {
            state.add(new Changes.PutPreKey(new PreKeyRecord(
                    version.namespace(),
                    preKey.get("id").asInt(),
                    secret(preKey, "priv"),
                    bytes(preKey, "pub"),
                    Optional.empty())));
        }
        commitAndOpen(state);
        this.engine = open();
    }

    public static DeviceAddress address(JsonNode party) {
        return new DeviceAddress(
                World.jid(text(party, "jid")),
                new DeviceId(party.get("device_id").asInt()));
    }

    public DeviceAddress address() {
        return address;
    }

    public OmemoEngine engine() {
        return engine;
    }

    public OmemoStore store() {
        return store;
    }

    public QueueRandom random() {
        return random;
    }

    /** The party's signed prekeys from now on. */
    public void rotate(JsonNode state) {
        reopen(signedPreKeys(state));
    }

    /** The party throws its sessions with another one away. */
    public void forgetsSessionsWith(DeviceAddress other) {
        List<SessionRecord> sessions = attempt(() -> store.sessions(other, version.namespace()));
        reopen(sessions.stream()
                .<Change>map(session -> new Changes.DeleteSession(session.id()))
                .toList());
    }

    public Decryption decrypt(DeviceAddress sender, XmlElement encrypted) {
        return attempt(() -> engine.decrypt(
                new IncomingMessage(sender.jid(), address.jid(), encrypted, Delivery.LIVE, Optional.empty())));
    }

    /** Newer ones are those with higher ids; one that the state has no more goes. */
    private List<Change> signedPreKeys(JsonNode state) {
        List<Change> changes = new ArrayList<>();
        List<Integer> present = new ArrayList<>();
        for (JsonNode key : state.get("signed_pre_keys")) {
            int id = key.get("id").asInt();
            present.add(id);
            changes.add(new Changes.PutSignedPreKey(new SignedPreKeyRecord(
                    version.namespace(),
                    id,
                    secret(key, "priv"),
                    bytes(key, "pub"),
                    bytes(key, "sig_as_produced"),
                    clock.instant().plusSeconds(id))));
        }
        for (int id = 1; id < 10; id++) {
            if (!present.contains(id)) {
                changes.add(new Changes.DeleteSignedPreKey(version.namespace(), id));
            }
        }
        return changes;
    }

    private void reopen(List<Change> changes) {
        store.close();
        commitAndOpen(changes);
        engine = open();
    }

    private void commitAndOpen(List<Change> changes) {
        attempt(() -> {
            store.lock();
            store.commit(new Changes(store.revision(), Changes.Durability.FLUSHED, changes));
            return store;
        });
    }

    private OmemoEngine open() {
        OmemoConfig config = OmemoConfig.defaults().withVersions(List.of(version));
        return attempt(() -> OmemoEngine.open(store, address.jid(), config, random, clock));
    }
}
