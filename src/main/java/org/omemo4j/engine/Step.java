/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;

/**
 * One step of the engine while it is computed: reads through to the store, sees its own writes, and collects what to commit. Thrown away, it leaves no trace. Used by one
 * thread.
 */
final class Step {
    private final OmemoStore store;
    private final long revision;
    private final Instant now;
    private final List<Change> changes = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();
    private final List<OmemoEvent> events = new ArrayList<>();
    private final Map<DeviceAddress, DeviceRecord> devices = new HashMap<>();
    private final Map<TrustId, TrustRecord> trust = new HashMap<>();
    private final Set<KeptTrustRecord> takenTrust = new HashSet<>();
    private final Map<Sessions.Key, List<Session>> sessions = new HashMap<>();
    private final Map<String, OwnBundleRecord> ownBundles = new HashMap<>();
    private final Set<OmemoVersion> changedBundles = new LinkedHashSet<>();
    private Durability durability = Durability.RELAXED;
    private boolean endsBatch;

    private record TrustId(BareJid jid, Bytes identityKey) {}

    Step(OmemoStore store, long revision, Instant now) {
        this.store = store;
        this.revision = revision;
        this.now = now;
    }

    /** A step of its own that is thrown away, to see what would happen. */
    Step trial() {
        return new Step(store, revision, now);
    }

    OmemoStore store() {
        return store;
    }

    Instant now() {
        return now;
    }

    void write(Change change) {
        changes.add(change);
    }

    /** Writes what another step, which is never committed, has collected. */
    void take(Step other) {
        changes.addAll(other.changes);
        if (other.durability == Durability.FLUSHED) {
            flush();
        }
    }

    /** What this step and earlier ones wrote must survive a power cut before it returns: others will know of it. */
    void flush() {
        durability = Durability.FLUSHED;
    }

    /** What this step writes may be taken back by a crash, together with what comes before and after: the messages would only be read again. Unless it must be flushed. */
    void batch() {
        if (durability == Durability.RELAXED) {
            durability = Durability.BATCHED;
        }
    }

    /** What is batched so far is committed with this step, whether it writes anything or not. */
    void endBatch() {
        endsBatch = true;
        if (durability == Durability.BATCHED) {
            durability = Durability.RELAXED;
        }
    }

    boolean isBatched() {
        return durability == Durability.BATCHED;
    }

    /** To do once the step is committed, and not otherwise: for what is remembered in memory. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    void act(Action action) {
        if (!actions.contains(action)) {
            actions.add(action);
        }
    }

    void tell(OmemoEvent event) {
        events.add(event);
    }

    Reaction reaction() {
        return actions.isEmpty() && events.isEmpty() ? Reaction.NONE : new Reaction(actions, events);
    }

    /** What this step itself has written of a device. */
    Optional<DeviceRecord> writtenDevice(DeviceAddress address) {
        return Optional.ofNullable(devices.get(address));
    }

    void writeDevice(DeviceRecord device) {
        devices.put(device.address(), device);
        write(new Changes.PutDevice(device));
    }

    void deleteDevice(DeviceAddress address) {
        devices.remove(address);
        write(new Changes.DeleteDevice(address));
    }

    /** What this step itself has written of an identity key. */
    Optional<TrustRecord> writtenTrust(BareJid jid, Bytes identityKey) {
        return trust.isEmpty() ? Optional.empty() : Optional.ofNullable(trust.get(new TrustId(jid, identityKey)));
    }

    /** What this step itself has written of an identity key, of whatever account. */
    Stream<TrustRecord> writtenTrust(Bytes identityKey) {
        return trust.values().stream().filter(row -> row.identityKey().equals(identityKey));
    }

    void writeTrust(TrustRecord row) {
        trust.put(new TrustId(row.jid(), row.identityKey()), row);
        write(new Changes.PutTrust(row));
    }

    /** What this step itself has written of identity keys. */
    Stream<TrustRecord> writtenTrust() {
        return trust.values().stream();
    }

    /** What a trust message has said is not kept any more. @return whether it was. */
    boolean takeTrust(KeptTrustRecord kept) {
        boolean first = takenTrust.add(kept);
        if (first) {
            write(new Changes.DeleteKeptTrust(kept));
        }
        return first;
    }

    /** The sessions with a device as this step itself has left them. */
    Optional<List<Session>> writtenSessions(Sessions.Key key) {
        return Optional.ofNullable(sessions.get(key));
    }

    void writtenSessions(Sessions.Key key, List<Session> written) {
        sessions.put(key, written);
    }

    OwnBundleRecord ownBundle(OmemoVersion version) throws StoreException {
        OwnBundleRecord written = ownBundles.get(version.namespace());
        return written != null
                ? written
                : store.ownBundle(version.namespace())
                        .orElseGet(() -> new OwnBundleRecord(version.namespace(), 1, 1, 0, 0, false, List.of()));
    }

    void writeOwnBundle(OwnBundleRecord bundle) {
        ownBundles.put(bundle.version(), bundle);
        write(new Changes.PutOwnBundle(bundle));
    }

    /** Our bundle of this version has changed in this step. */
    void bundleChanged(OmemoVersion version) throws StoreException {
        if (changedBundles.add(version)) {
            writeOwnBundle(ownBundle(version).withChange());
        }
    }

    /** Whose bundle has changed. */
    Set<OmemoVersion> changedBundles() {
        return changedBundles;
    }

    /** Whether anything was written. */
    boolean commit() throws StoreException {
        boolean writes = !changes.isEmpty() || endsBatch;
        if (writes) {
            store.commit(new Changes(revision, durability, changes));
        }
        afterCommit.forEach(Runnable::run);
        return writes;
    }
}
