/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustMessageUri;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.trust.UnusableUriException;
import org.omemo4j.trust.VerificationResult;
import org.omemo4j.trust.VerificationResult.Difference;
import org.omemo4j.trust.VerificationUri;
import org.omemo4j.x3dh.IdentityKey;

/** What a person's scan or paste of a URI does: all that it says, or nothing. Used under the engine's lock. */
final class Verifications {
    private final State state;
    private final String reason;

    /** @param reason why the person does so, in their words. */
    Verifications(State state, String reason) {
        this.state = state;
        this.reason = reason;
    }

    /**
     * Reads it, and does what it says.
     *
     * @param expected whose keys were asked for, if somebody's were.
     */
    VerificationResult verify(Step step, Optional<BareJid> expected, String text) throws StoreException {
        try {
            VerificationUri uri = VerificationUri.parse(text);
            if (expected.isPresent()) {
                uri.requireOwner(expected.get());
            }
            if (uri instanceof TrustMessageUri message) {
                message.requireEncryption(
                        state.versions().stream().map(OmemoVersion::namespace).collect(Collectors.toSet()));
            }
            return verify(step, uri);
        } catch (UnusableUriException e) {
            String sentence = Objects.requireNonNull(e.getMessage());
            BareJid about = expected.or(e::jid).orElse(state.owner());
            note(step, about, Optional.empty(), sentence, TrustRefusal.UNUSABLE);
            return new VerificationResult.Unusable(e.reason(), sentence);
        }
    }

    private VerificationResult verify(Step step, VerificationUri uri) throws StoreException {
        if (uri instanceof OmemoUri keys) {
            List<Difference> differences = differences(step, keys);
            if (!differences.isEmpty()) {
                for (Difference difference : differences) {
                    note(
                            step,
                            difference.device().jid(),
                            Optional.of(difference.expected()),
                            "device " + difference.device().device() + " has " + difference.known(),
                            TrustRefusal.MISMATCH);
                }
                return new VerificationResult.Mismatch(differences);
            }
        }
        Map<TrustKey, Decision> decisions = decisions(step, uri);
        List<TrustKey> refused = refused(step.trial(), decisions);
        return refused.isEmpty() ? decide(step, decisions) : refuse(step, refused, decisions);
    }

    private List<Difference> differences(Step step, OmemoUri uri) throws StoreException {
        List<Difference> differences = new ArrayList<>();
        for (Map.Entry<DeviceId, Fingerprint> entry : uri.devices().entrySet()) {
            DeviceAddress device = new DeviceAddress(uri.jid(), entry.getKey());
            Optional<Fingerprint> known = known(step, device);
            if (known.isPresent() && !known.get().equals(entry.getValue())) {
                differences.add(new Difference(device, entry.getValue(), known.get()));
            }
        }
        return differences;
    }

    private Optional<Fingerprint> known(Step step, DeviceAddress device) throws StoreException {
        OwnDevice own = state.keys().device();
        if (own.address().equals(device)) {
            return Optional.of(own.fingerprint());
        }
        Optional<Bytes> pinned = state.lists().device(step, device).flatMap(DeviceRecord::identityKey);
        return pinned.isPresent()
                ? Optional.of(Fingerprint.of(DeviceLists.identityKey(pinned.get())))
                : Optional.empty();
    }

    private void note(Step step, BareJid jid, Optional<Fingerprint> key, String words, TrustRefusal refusal)
            throws StoreException {
        Optional<TrustLevel> decided = key.isPresent() ? decided(step, new TrustKey(jid, key.get())) : Optional.empty();
        state.trustJournal()
                .add(
                        step,
                        new TrustEntry(
                                0,
                                step.now(),
                                jid,
                                key,
                                decided,
                                decided,
                                TrustMeans.URI,
                                Optional.empty(),
                                words,
                                Optional.of(refusal)));
        step.flush();
    }

    private Map<TrustKey, Decision> decisions(Step step, VerificationUri uri) throws StoreException {
        Map<TrustKey, Decision> decisions = new LinkedHashMap<>();
        if (uri instanceof OmemoUri keys) {
            keys.devices().values().forEach(key -> decisions.put(new TrustKey(keys.jid(), key), Decision.VERIFY));
        } else if (uri instanceof TrustMessageUri message) {
            for (Bytes identifier : message.trusted()) {
                decisions.put(key(step, message.jid(), identifier), Decision.VERIFY);
            }
            for (Bytes identifier : message.distrusted()) { // distrust wins where both forms of one key are there
                decisions.put(key(step, message.jid(), identifier), Decision.DISTRUST);
            }
        }
        return decisions;
    }

    /** Clients write either form of a key: the one by which it is known is meant, or else the Ed25519 form, as OMEMO 2 publishes it. */
    private TrustKey key(Step step, BareJid jid, Bytes identifier) throws StoreException {
        TrustKey asCurve25519 = new TrustKey(jid, Fingerprint.of(identifier));
        if (isKnown(step, asCurve25519)) {
            return asCurve25519;
        }
        try {
            return new TrustKey(jid, Fingerprint.of(IdentityKey.of(identifier)));
        } catch (InvalidKeyException e) {
            return asCurve25519;
        }
    }

    /** Keys that would not be worth in the end what the URI says: another one of them may have distrusted it before. */
    private List<TrustKey> refused(Step trial, Map<TrustKey, Decision> decisions) throws StoreException {
        apply(trial, decisions);
        List<TrustKey> refused = new ArrayList<>();
        for (Map.Entry<TrustKey, Decision> one : decisions.entrySet()) {
            if (!isSettled(trial, one.getKey(), one.getValue())) {
                refused.add(one.getKey());
            }
        }
        return refused;
    }

    private VerificationResult decide(Step step, Map<TrustKey, Decision> decisions) throws StoreException {
        List<TrustKey> verified = new ArrayList<>();
        List<TrustKey> preVerified = new ArrayList<>();
        List<TrustKey> already = new ArrayList<>();
        List<TrustKey> distrusted = new ArrayList<>();
        for (Map.Entry<TrustKey, Decision> one : decisions.entrySet()) {
            TrustKey key = one.getKey();
            if (isSettled(step, key, one.getValue())) {
                already.add(key);
            } else if (one.getValue() == Decision.DISTRUST) {
                distrusted.add(key);
            } else {
                (isKnown(step, key) ? verified : preVerified).add(key);
            }
        }
        Map<TrustKey, Decision> open = new LinkedHashMap<>(decisions);
        open.keySet().removeAll(already);
        apply(step, open);
        return new VerificationResult.Verified(verified, preVerified, already, distrusted);
    }

    /** The journal tells of each refusal. Nothing of the URI counts; what a trust message had said of a key before may apply, as when a person decides about it. */
    private VerificationResult refuse(Step step, List<TrustKey> keys, Map<TrustKey, Decision> decisions)
            throws StoreException {
        List<String> sentences = new ArrayList<>();
        Map<TrustKey, TrustRefusal> refusals = new LinkedHashMap<>();
        for (TrustKey key : keys) {
            Map<TrustKey, Decision> decision = Map.of(key, Objects.requireNonNull(decisions.get(key)));
            if (apply(step.trial(), decision).get(key) instanceof TrustChange.Refused refused) {
                apply(step, decision);
                sentences.add(refused.sentence());
                refusals.put(key, refused.reason());
            } else {
                String sentence = "The key " + key.fingerprint() + " of " + key.jid()
                        + " was distrusted by a device that the same URI verifies.";
                note(step, key.jid(), Optional.of(key.fingerprint()), sentence, TrustRefusal.DISTRUST_WINS);
                refusals.put(key, TrustRefusal.DISTRUST_WINS);
                sentences.add(sentence + " Nothing was changed; decide about these keys one by one.");
            }
        }
        return new VerificationResult.Refused(refusals, String.join(" ", sentences));
    }

    private Map<TrustKey, TrustChange> apply(Step step, Map<TrustKey, Decision> decisions) throws StoreException {
        return new TrustChanges(state).decide(step, decisions, TrustMeans.URI, reason);
    }

    /** Whether the key is worth that already. */
    private boolean isSettled(Step step, TrustKey key, Decision decision) throws StoreException {
        Optional<TrustLevel> decided = decided(step, key);
        return decision == Decision.VERIFY
                ? isOurs(key) || decided.equals(Optional.of(TrustLevel.VERIFIED))
                : decided.map(TrustLevel::isSticky).orElse(false);
    }

    private boolean isOurs(TrustKey key) {
        return state.trust().isOurs(key.jid(), key.fingerprint().key());
    }

    private boolean isKnown(Step step, TrustKey key) throws StoreException {
        return isOurs(key)
                || row(step, key).filter(row -> row.seen().isPresent()).isPresent();
    }

    private Optional<TrustLevel> decided(Step step, TrustKey key) throws StoreException {
        return row(step, key).flatMap(TrustRecord::decided).map(TrustLevel::valueOf);
    }

    private Optional<TrustRecord> row(Step step, TrustKey key) throws StoreException {
        return state.trust().row(step, key.jid(), key.fingerprint().key());
    }
}
