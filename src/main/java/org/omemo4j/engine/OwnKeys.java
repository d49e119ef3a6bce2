/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.engine.PreKeyPolicy.Fate;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKey;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;

/** Our own keys: what they are, which of them are published, and when new ones are due. Used under the engine's lock. */
final class OwnKeys {
    /** One-time prekeys published. XEP-0384 0.9.1, "Bundles": around 100. */
    static final int PRE_KEYS = 100;
    /** Ids above are not counted up to by libomemo-c, and 0xFFFFFF is special there. */
    static final int MAX_PRE_KEY_ID = 0xFFFFFE;
    /** The current signed prekey and one predecessor: key exchanges under way still name that one. */
    private static final int SIGNED_PRE_KEYS = 2;

    private final IdentityKeyPair identity;
    private volatile OwnDevice device;
    private final SecureRandom random;
    private final PreKeyPolicy policy;
    private final Duration rotation;

    OwnKeys(OwnDeviceRecord record, SecureRandom random, OmemoConfig config) {
        this.identity = identity(record);
        this.device = device(record, identity);
        this.random = random;
        this.policy = config.preKeyPolicy();
        this.rotation = config.signedPreKeyRotation();
    }

    IdentityKeyPair identity() {
        return identity;
    }

    OwnDevice device() {
        return device;
    }

    DeviceAddress address() {
        return device.address();
    }

    /** Our id was taken before we ever announced it: we take another one, and have it once the step is committed. */
    DeviceId renumber(Step step, Predicate<DeviceId> taken) throws StoreException {
        OwnDeviceRecord before = step.store().ownDevice().orElseThrow();
        DeviceId id = DeviceId.random(random);
        while (taken.test(id)) {
            id = DeviceId.random(random);
        }
        OwnDeviceRecord after = before.withDeviceId(id.value());
        step.write(new Changes.PutOwnDevice(after));
        step.tell(new OmemoEvent.OwnDeviceIdReplaced(before.deviceId(), after.deviceId()));
        step.afterCommit(() -> device = device(after, identity));
        return id;
    }

    /** Somebody else has written to the store. */
    void reload(OmemoStore store) throws StoreException {
        Optional<OwnDeviceRecord> record = store.ownDevice();
        if (record.isPresent()) {
            device = device(record.get(), identity);
        }
    }

    /** A new device of an account. */
    static OwnDeviceRecord create(Step step, BareJid owner, Optional<String> label, SecureRandom random) {
        IdentityKeyPair identity = IdentityKeyPair.generate(random);
        OwnDeviceRecord created = new OwnDeviceRecord(
                owner,
                DeviceId.random(random).value(),
                identity.form().name(),
                identity.privateKey(),
                label,
                step.now());
        step.write(new Changes.PutOwnDevice(created));
        return created;
    }

    private static OwnDevice device(OwnDeviceRecord record, IdentityKeyPair identity) {
        return new OwnDevice(
                new DeviceAddress(record.owner(), new DeviceId(record.deviceId())),
                Fingerprint.of(identity.publicKey()));
    }

    private static IdentityKeyPair identity(OwnDeviceRecord device) {
        return switch (IdentityKeyPair.Form.valueOf(device.identityForm())) {
            case ED25519_SEED -> IdentityKeyPair.ofSeed(device.identityKey());
            case CURVE25519 -> IdentityKeyPair.ofCurve25519(device.identityKey());
        };
    }

    /** Whatever is due: a signed prekey, its rotation, prekeys up to the full number. */
    void tend(Step step, OmemoVersion version, boolean catchingUp) throws StoreException {
        List<SignedPreKeyRecord> signed = step.store().signedPreKeys(version.namespace());
        if (signed.isEmpty() || !signed.get(0).created().plus(rotation).isAfter(step.now())) {
            rotate(step, version, signed);
        }
        List<PreKeyRecord> all = step.store().preKeys(version.namespace());
        for (PreKeyRecord preKey : all) {
            if (preKey.hiddenSince().isPresent()) {
                tendHidden(step, preKey, catchingUp);
            }
        }
        refill(step, version, (int) all.stream().filter(OwnKeys::isPublished).count());
    }

    private void rotate(Step step, OmemoVersion version, List<SignedPreKeyRecord> signed) throws StoreException {
        OwnBundleRecord own = step.ownBundle(version);
        int id = own.nextSignedPreKeyId();
        SignedPreKeyPair fresh = new X3dh(version.x3dh()).sign(identity, id, X25519KeyPair.generate(random), random);
        step.writeOwnBundle(own.withNextSignedPreKeyId(id + 1));
        step.write(new Changes.PutSignedPreKey(new SignedPreKeyRecord(
                version.namespace(),
                id,
                fresh.keyPair().privateKey(),
                fresh.keyPair().publicKey().bytes(),
                fresh.signature(),
                step.now())));
        for (int i = SIGNED_PRE_KEYS - 1; i < signed.size(); i++) {
            step.write(new Changes.DeleteSignedPreKey(
                    version.namespace(), signed.get(i).id()));
        }
        step.bundleChanged(version);
        step.flush();
    }

    /** The sender is not known any more here; what decides is age and whether catching up is over. */
    private void tendHidden(Step step, PreKeyRecord preKey, boolean catchingUp) throws StoreException {
        Duration age = Duration.between(preKey.hiddenSince().orElseThrow(), step.now());
        if (policy.afterUse(new PreKeyPolicy.Use(Optional.empty(), age, catchingUp)) == Fate.DELETE) {
            step.write(new Changes.DeletePreKey(preKey.version(), preKey.id()));
        }
    }

    /** Ids are never used twice: a peer may still hold the old key under an id. */
    private void refill(Step step, OmemoVersion version, int published) throws StoreException {
        OwnBundleRecord own = step.ownBundle(version);
        int next = own.nextPreKeyId();
        for (int have = published; have < PRE_KEYS && next <= MAX_PRE_KEY_ID; have++, next++) {
            X25519KeyPair pair = X25519KeyPair.generate(random);
            step.write(new Changes.PutPreKey(new PreKeyRecord(
                    version.namespace(),
                    next,
                    pair.privateKey(),
                    pair.publicKey().bytes(),
                    Optional.empty())));
        }
        if (next != own.nextPreKeyId()) {
            step.writeOwnBundle(own.withNextPreKeyId(next));
            step.bundleChanged(version);
            // Published soon: a power cut must neither forget the private halves nor give their ids to others.
            step.flush();
        }
    }

    /** The signed prekey of an id, current or predecessor. */
    Optional<SignedPreKeyPair> signedPreKey(Step step, OmemoVersion version, int id) throws StoreException {
        for (SignedPreKeyRecord row : step.store().signedPreKeys(version.namespace())) {
            if (row.id() == id) {
                return Optional.of(new SignedPreKeyPair(id, pair(row), row.signature()));
            }
        }
        return Optional.empty();
    }

    /** The prekey of an id, if this identity key may use it: a hidden one serves each identity key once. */
    Optional<PreKeyPair> preKey(Step step, OmemoVersion version, int id, IdentityKey user) throws StoreException {
        Optional<PreKeyRecord> row = step.store().preKey(version.namespace(), id);
        if (row.isEmpty()) {
            return Optional.empty();
        }
        boolean hidden = row.get().hiddenSince().isPresent();
        if (hidden && step.store().isPreKeyUsedBy(version.namespace(), id, form(user))) {
            return Optional.empty();
        }
        return Optional.of(new PreKeyPair(id, pair(row.get())));
    }

    /** An authenticated key exchange has used this prekey. Only now may it go: else a forged message could burn it. */
    void used(Step step, OmemoVersion version, int id, IdentityKey user, DeviceAddress sender, boolean catchingUp)
            throws StoreException {
        PreKeyRecord row = step.store().preKey(version.namespace(), id).orElseThrow();
        Duration age = row.hiddenSince()
                .map(since -> Duration.between(since, step.now()))
                .orElse(Duration.ZERO);
        Fate fate = policy.afterUse(new PreKeyPolicy.Use(Optional.of(sender), age, catchingUp));
        if (fate == Fate.DELETE) {
            step.write(new Changes.DeletePreKey(version.namespace(), id));
        } else if (fate == Fate.HIDE) {
            step.write(new Changes.PutPreKey(new PreKeyRecord(
                    row.version(),
                    id,
                    row.privateKey(),
                    row.publicKey(),
                    Optional.of(row.hiddenSince().orElse(step.now())))));
            step.write(new Changes.PutPreKeyUse(version.namespace(), id, form(user)));
        }
        if (fate != Fate.KEEP && isPublished(row)) {
            int published = (int) step.store().preKeys(version.namespace()).stream()
                    .filter(OwnKeys::isPublished)
                    .count();
            refill(step, version, published - 1);
            step.bundleChanged(version);
        }
    }

    /** What the server should have, as the store says. */
    Bundle bundle(OmemoStore store, OmemoVersion version) throws StoreException {
        try {
            SignedPreKeyRecord signed = store.signedPreKeys(version.namespace()).get(0);
            List<PreKey> preKeys = new ArrayList<>();
            for (PreKeyRecord row : store.preKeys(version.namespace())) {
                if (isPublished(row)) {
                    preKeys.add(new PreKey(row.id(), X25519PublicKey.of(row.publicKey())));
                }
            }
            return new Bundle(
                    identity.publicKey(),
                    new SignedPreKey(signed.id(), X25519PublicKey.of(signed.publicKey()), signed.signature()),
                    preKeys);
        } catch (InvalidKeyException e) {
            throw new StoreException("A stored key of our own is damaged.", e);
        }
    }

    private static boolean isPublished(PreKeyRecord row) {
        return row.hiddenSince().isEmpty();
    }

    /** Both Edwards forms of an identity key are one user. */
    private static Bytes form(IdentityKey user) {
        return user.x25519().bytes();
    }

    private static X25519KeyPair pair(SignedPreKeyRecord row) throws StoreException {
        return pair(row.privateKey(), row.publicKey());
    }

    private static X25519KeyPair pair(PreKeyRecord row) throws StoreException {
        return pair(row.privateKey(), row.publicKey());
    }

    private static X25519KeyPair pair(Secret privateKey, Bytes publicKey) throws StoreException {
        try {
            return X25519KeyPair.of(privateKey, X25519PublicKey.of(publicKey));
        } catch (InvalidKeyException e) {
            throw new StoreException("A stored key of our own is damaged.", e);
        }
    }
}
