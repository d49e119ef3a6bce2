/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.x3dh.IdentityKey;

/** Decisions about identity keys, what takes them back, and what accepts a key that was refused. Each is on the disk when its step is done. Used under the engine's lock. */
final class TrustChanges {
    private static final String NO_RECALL =
            "Marking a key as compromised can be undone on this device only: what others have done because of it cannot be recalled.";

    private static final String NOT_UNTOLD =
            "Other devices may have been told of that decision, and no trust message can say that it is undone. If your other devices show it, undo it there, too.";

    private static final String DISTRUST_STAYS =
            "Other devices may have been told of that decision. Those that are verified are told now that the key is verified, but distrust wins there. If your other devices show it as distrusted, undo it there, too.";

    private final State state;

    TrustChanges(State state) {
        this.state = state;
    }

    /** What somebody decides, in words too. */
    private record Statement(Decision decision, TrustMeans means, Optional<TrustEntry.Sender> by, String reason) {}

    /**
     * A person decides about some keys, all at once. What trust messages had said about keys that were not known is older than that, and what these keys have said themselves comes after it.
     *
     * @return what became of each, in the same order.
     */
    Map<TrustKey, TrustChange> decide(Step step, Map<TrustKey, Decision> decisions, TrustMeans means, String reason)
            throws StoreException {
        KeptTrust kept = new KeptTrust(state);
        Map<TrustKey, TrustChange> changes = new LinkedHashMap<>();
        for (Map.Entry<TrustKey, Decision> one : decisions.entrySet()) {
            TrustKey key = one.getKey();
            if (state.trust().row(step, key.jid(), key.fingerprint().key()).isEmpty()) {
                kept.known(step, key);
            }
            changes.put(key, apply(step, key, new Statement(one.getValue(), means, Optional.empty(), reason)));
        }
        for (Map.Entry<TrustKey, TrustChange> one : changes.entrySet()) {
            if (one.getValue() instanceof TrustChange.Changed changed) {
                kept.decided(step, one.getKey());
                tell(step, one.getKey(), changed);
            }
        }
        return changes;
    }

    /** Unless another key that was decided about has said otherwise of this one. */
    private void tell(Step step, TrustKey key, TrustChange.Changed changed) throws StoreException {
        if (state.trust().peek(step, key.jid(), key.fingerprint().key()) != changed.to()) {
            return;
        }
        if (changed.to() == TrustLevel.VERIFIED) {
            new TrustNews(state).verified(step, key);
        } else if (changed.to().isSticky()) {
            new TrustNews(state).distrusted(step, key);
        }
    }

    /** A trust message of a verified device decides, and that is told. */
    TrustChange believe(Step step, TrustKey key, Decision decision, TrustEntry.Sender by) throws StoreException {
        TrustChange change = apply(step, key, new Statement(decision, TrustMeans.TRUST_MESSAGE, Optional.of(by), ""));
        if (change instanceof TrustChange.Changed changed) {
            step.tell(new OmemoEvent.TrustChanged(key, changed.from(), changed.to(), TrustMeans.TRUST_MESSAGE, by));
        }
        return change;
    }

    /** Distrust wins: only {@link #undo} leaves it. Who trusts a verified key, as in a late answer, does not say that it is verified no more. A decision that changes nothing has no entry in the journal, and one that is refused has. */
    private TrustChange apply(Step step, TrustKey key, Statement statement) throws StoreException {
        Bytes form = key.fingerprint().key();
        TrustRecord row = state.trust().orNew(step, key.jid(), form);
        Optional<TrustLevel> before = row.decided().map(TrustLevel::valueOf);
        TrustLevel to = statement.decision().level();
        if (before.equals(Optional.of(to))
                || (statement.decision() == Decision.TRUST && before.equals(Optional.of(TrustLevel.VERIFIED)))) {
            return new TrustChange.Unchanged(before.get());
        }
        Optional<TrustRefusal> refusal = state.trust().isOurs(key.jid(), form)
                ? Optional.of(TrustRefusal.OWN_KEY)
                : before.filter(level -> level.isSticky() && to != TrustLevel.COMPROMISED)
                        .map(level -> TrustRefusal.DISTRUST_WINS);
        Optional<TrustLevel> after = refusal.isPresent() ? before : Optional.of(to);
        write(step, key, before, after, statement.means(), statement.by(), statement.reason(), refusal);
        if (refusal.isPresent()) {
            return refused(refusal.get(), key);
        }
        TrustLevel from = state.trust().level(step, row);
        state.trust().put(step, decided(row, after));
        return new TrustChange.Changed(
                from, to, to == TrustLevel.COMPROMISED ? Optional.of(NO_RECALL) : Optional.empty());
    }

    /** A person takes the newest decision about a key back that stands: the key is worth what it was before. */
    TrustChange undo(Step step, TrustKey key, String reason) throws StoreException {
        Optional<TrustEntry> newest = state.trustJournal().newestDecision(step, key);
        if (newest.isEmpty()) {
            return refused(TrustRefusal.NOTHING_TO_UNDO, key);
        }
        TrustRecord row = state.trust().orNew(step, key.jid(), key.fingerprint().key());
        TrustLevel from = state.trust().level(step, row);
        TrustRecord undone = decided(row, newest.get().from());
        write(
                step,
                key,
                row.decided().map(TrustLevel::valueOf),
                newest.get().from(),
                TrustMeans.UNDO,
                Optional.empty(),
                reason,
                Optional.empty());
        state.trust().put(step, undone);
        new KeptTrust(state).decided(step, key);
        TrustLevel to = state.trust().level(step, undone);
        boolean keptByOthers = !to.isSticky() && new TrustAudience(state).mayHaveHeard(step, key, newest.get());
        if (to == TrustLevel.VERIFIED) {
            new TrustNews(state).verified(step, key);
        }
        String warning = to == TrustLevel.VERIFIED ? DISTRUST_STAYS : NOT_UNTOLD;
        return new TrustChange.Changed(from, to, keptByOthers ? Optional.of(warning) : Optional.empty());
    }

    /** A person accepts that a device shows this key, instead of another one or though another account is known by it. */
    TrustChange accept(Step step, DeviceAddress device, Fingerprint shown, String reason) throws StoreException {
        TrustKey key = new TrustKey(device.jid(), shown);
        Bytes form = shown.key();
        if (device.equals(state.keys().address()) || state.trust().isOurs(device.jid(), form)) {
            return refused(TrustRefusal.OWN_KEY, key);
        }
        IdentityKey accepted;
        try {
            accepted = IdentityKey.ofCurve25519(X25519PublicKey.of(form), 0);
        } catch (InvalidKeyException e) {
            return refused(TrustRefusal.NO_KEY, key);
        }
        Optional<Bytes> pinned = state.lists().device(step, device).flatMap(DeviceRecord::identityKey);
        TrustLevel from = state.trust().peek(step, device.jid(), form);
        if (pinned.isPresent() && DeviceLists.identityKey(pinned.get()).sameKeyAs(accepted)) {
            return new TrustChange.Unchanged(from);
        }
        state.lists().accept(step, device, accepted);
        for (OmemoVersion version : state.versions()) {
            state.sessions().drop(step, device, version);
            step.afterCommit(() -> state.bundles().used(device, version)); // it may be of the old key
        }
        new ShownKeys(state).see(step, device.jid(), form);
        Optional<TrustLevel> decided =
                state.trust().orNew(step, device.jid(), form).decided().map(TrustLevel::valueOf);
        write(
                step,
                key,
                decided,
                decided,
                TrustMeans.ACCEPTANCE,
                Optional.empty(),
                "device " + device.device() + (reason.isEmpty() ? "" : ": " + reason),
                Optional.empty());
        return new TrustChange.Changed(from, state.trust().peek(step, device.jid(), form), Optional.empty());
    }

    private void write(
            Step step,
            TrustKey key,
            Optional<TrustLevel> from,
            Optional<TrustLevel> to,
            TrustMeans means,
            Optional<TrustEntry.Sender> by,
            String reason,
            Optional<TrustRefusal> refusal)
            throws StoreException {
        state.trustJournal()
                .add(
                        step,
                        new TrustEntry(
                                0,
                                step.now(),
                                key.jid(),
                                Optional.of(key.fingerprint()),
                                from,
                                to,
                                means,
                                by,
                                reason,
                                refusal));
        if (by.isEmpty()) {
            step.flush(); // a trust message that is lost with the step is read again
        }
    }

    /** A key that was verified and is distrusted now still tells that somebody has looked at this account's keys. */
    private static TrustRecord decided(TrustRecord row, Optional<TrustLevel> level) {
        boolean verified = level.equals(Optional.of(TrustLevel.VERIFIED))
                || (row.verified() && level.map(TrustLevel::isSticky).orElse(false));
        return new TrustRecord(
                row.jid(),
                row.identityKey(),
                level.map(TrustLevel::name),
                verified,
                row.first(),
                row.seen(),
                row.newestTrustMessage());
    }

    private static TrustChange.Refused refused(TrustRefusal reason, TrustKey key) {
        String name = "The key " + key.fingerprint() + " of " + key.jid();
        return new TrustChange.Refused(
                reason,
                switch (reason) {
                    case DISTRUST_WINS ->
                        name + " was distrusted or marked as compromised. Nothing was changed; undo that first.";
                    case OWN_KEY -> name + " is this device's own. Nothing was changed.";
                    case NOTHING_TO_UNDO ->
                        "Nothing that was decided about the key " + key.fingerprint() + " of " + key.jid()
                                + " is left to be undone.";
                    case MISMATCH -> name + " is not the one that its device is known with. Nothing was changed.";
                    case NO_KEY -> key.fingerprint() + " is no key that a device can have. Look at it again.";
                    default -> throw new IllegalArgumentException("Nobody is told " + reason + ".");
                });
    }
}
