/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.x3dh.IdentityKey;

/**
 * What each identity key is worth: what somebody has decided, and else what the account's policy says. Bound to account and key, not to the device id. Both Edwards forms of a key are one.
 * Used under the engine's lock.
 */
final class TrustDecisions {
    private final OmemoConfig config;
    private final BareJid owner;
    private final Bytes ownKey;
    private final Map<BareJid, Keys> known = new HashMap<>();
    private final Map<BareJid, Set<Bytes>> saidBy = new HashMap<>();

    TrustDecisions(OmemoConfig config, BareJid owner, IdentityKey ownKey) {
        this.config = config;
        this.owner = owner;
        this.ownKey = ownKey.x25519().bytes();
    }

    void forget() {
        known.clear();
        saidBy.clear();
    }

    /** What is kept about keys of the account changes with this step. */
    void keptChanges(Step step, BareJid jid) {
        step.afterCommit(() -> saidBy.remove(jid));
    }

    /** Whether the account has ever shown the key. */
    boolean isSeen(Step step, BareJid jid, Bytes form) throws StoreException {
        return isSeen(row(step, jid, form));
    }

    /** A key belongs to the account from now on. @return its row. */
    TrustRecord see(Step step, BareJid jid, Bytes form) throws StoreException {
        TrustRecord row = orNew(step, jid, form);
        if (row.seen().isPresent()) {
            return row;
        }
        boolean first = keys(step, jid).rows.values().stream()
                .allMatch(before -> before.seen().isEmpty());
        TrustRecord seen = new TrustRecord(
                jid, form, row.decided(), row.verified(), first, Optional.of(step.now()), row.newestTrustMessage());
        put(step, seen);
        return seen;
    }

    /** The same row after a trust message that the key has signed. */
    static TrustRecord withTrustMessage(TrustRecord row, Instant sent) {
        return new TrustRecord(
                row.jid(),
                row.identityKey(),
                row.decided(),
                row.verified(),
                row.first(),
                row.seen(),
                Optional.of(sent));
    }

    /** The level as far as it is known; undecided for a key that was never seen or decided about. */
    TrustLevel peek(Step step, BareJid jid, IdentityKey key) throws StoreException {
        return peek(step, jid, key.x25519().bytes());
    }

    TrustLevel peek(Step step, BareJid jid, Bytes form) throws StoreException {
        return level(step, orNew(step, jid, form));
    }

    /** The same for a message that another policy binds, too: the stricter one counts. */
    TrustLevel peek(Step step, BareJid jid, Bytes form, FormerPolicy former) throws StoreException {
        TrustRecord row = orNew(step, jid, form);
        TrustLevel level = level(step, row);
        return row.decided().isEmpty() && level == TrustLevel.BLINDLY_TRUSTED
                ? former.undecided(candidate(step, row))
                : level;
    }

    /** What the policies of all readers say now. */
    FormerPolicy policies(OutgoingMessage message) {
        Set<BareJid> accounts = new HashSet<>(message.readers());
        accounts.add(owner);
        return FormerPolicy.of(config, accounts);
    }

    /** Whether messages to this account's devices are encrypted for keys of this worth. */
    boolean mayRead(BareJid jid, TrustLevel level) {
        return level.mayRead() && config.trust(jid).mayRead(level);
    }

    /** Whether a message waits for a decision about this account's keys. */
    boolean asks(BareJid jid) {
        return config.trust(jid).asks();
    }

    /** Another account that this key, which the account has not shown before, is known as a key of: nothing in a session says whose it is, so the second one is refused. Ours is one of them. */
    Optional<BareJid> knownAs(Step step, BareJid jid, IdentityKey key) throws StoreException {
        Bytes form = key.x25519().bytes();
        if (isSeen(step, jid, form)) {
            return Optional.empty();
        }
        if (form.equals(ownKey) && !jid.equals(owner)) {
            return Optional.of(owner);
        }
        return Stream.concat(step.store().trust(form).stream(), step.writtenTrust(form))
                .filter(row -> !row.jid().equals(jid) && (row.seen().isPresent() || row.verified()))
                .map(TrustRecord::jid)
                .findFirst();
    }

    /** Whether a key of the account is verified that no device has shown yet. */
    boolean isUnseenVerified(Step step, BareJid jid) throws StoreException {
        return keys(step, jid).rows.values().stream().anyMatch(row -> row.seen().isEmpty() && row.verified());
    }

    /** The keys of the account that are verified, whether a device has shown them or not. */
    List<Bytes> verified(Step step, BareJid jid) throws StoreException {
        List<Bytes> forms = new ArrayList<>();
        for (Bytes form : keys(step, jid).rows.keySet()) {
            if (peek(step, jid, form) == TrustLevel.VERIFIED) {
                forms.add(form);
            }
        }
        return forms;
    }

    /** Whether it is this device's own. */
    boolean isOurs(BareJid jid, Bytes form) {
        return jid.equals(owner) && form.equals(ownKey);
    }

    /** The row of a key, if it was ever seen or decided about; as this step has left it. */
    Optional<TrustRecord> row(Step step, BareJid jid, Bytes form) throws StoreException {
        Optional<TrustRecord> written = step.writtenTrust(jid, form);
        return written.isPresent()
                ? written
                : Optional.ofNullable(keys(step, jid).rows.get(form));
    }

    /** The same, or one that is as good as none. */
    TrustRecord orNew(Step step, BareJid jid, Bytes form) throws StoreException {
        return row(step, jid, form)
                .orElseGet(() ->
                        new TrustRecord(jid, form, Optional.empty(), false, false, Optional.empty(), Optional.empty()));
    }

    void put(Step step, TrustRecord row) throws StoreException {
        Keys keys = keys(step, row.jid());
        step.writeTrust(row);
        step.afterCommit(() -> keys.put(row));
    }

    /** What somebody has decided, or else the policy. */
    TrustLevel level(Step step, TrustRecord row) throws StoreException {
        if (row.decided().isPresent()) {
            return TrustLevel.valueOf(row.decided().get());
        }
        if (row.seen().isEmpty()) {
            return TrustLevel.UNDECIDED;
        }
        return said(config.trust(row.jid()), candidate(step, row));
    }

    private TrustPolicy.Candidate candidate(Step step, TrustRecord row) throws StoreException {
        return new TrustPolicy.Candidate(
                row.jid(),
                row.first(),
                keys(step, row.jid()).isAnyVerifiedBut(row.identityKey()) || isAnyToBeVerified(step, row.jid()));
    }

    /** Whether a verified device of ours has said so of a key of the account that nobody had seen before this step: the server may hide its device, or name another one before it. */
    private boolean isAnyToBeVerified(Step step, BareJid jid) throws StoreException {
        for (Bytes sender : saidBy(step, jid)) {
            if (row(step, owner, sender)
                    .flatMap(TrustRecord::decided)
                    .equals(Optional.of(TrustLevel.VERIFIED.name()))) {
                return true;
            }
        }
        return false;
    }

    /** Which of our devices have, by their keys, as the store has it. Where a device of the account's own has, and is verified, that is enough. */
    private Set<Bytes> saidBy(Step step, BareJid jid) throws StoreException {
        Set<Bytes> senders = saidBy.get(jid);
        if (senders == null) {
            senders = step.store().keptTrustAbout(jid).stream()
                    .filter(kept ->
                            kept.sender().jid().equals(owner) && kept.decision().equals(Decision.VERIFY.name()))
                    .map(KeptTrustRecord::senderKey)
                    .collect(Collectors.toUnmodifiableSet());
            saidBy.put(jid, senders);
        }
        return senders;
    }

    private static TrustLevel said(TrustPolicy policy, TrustPolicy.Candidate key) {
        TrustLevel level = policy.undecided(key);
        return level == TrustLevel.BLINDLY_TRUSTED ? level : TrustLevel.UNDECIDED;
    }

    private static boolean isSeen(Optional<TrustRecord> row) {
        return row.isPresent() && row.get().seen().isPresent();
    }

    private Keys keys(Step step, BareJid jid) throws StoreException {
        Keys keys = known.get(jid);
        if (keys == null) {
            keys = new Keys();
            for (TrustRecord row : step.store().trust(jid)) {
                keys.put(row);
            }
            known.put(jid, keys);
        }
        return keys;
    }

    /** The keys of an account as the store has them. */
    private static final class Keys {
        private final Map<Bytes, TrustRecord> rows = new HashMap<>();
        private int verified;

        void put(TrustRecord row) {
            TrustRecord before = rows.put(row.identityKey(), row);
            verified += count(row) - count(before);
        }

        boolean isAnyVerifiedBut(Bytes form) {
            return verified > count(rows.get(form));
        }

        private static int count(@Nullable TrustRecord row) {
            return row != null && row.verified() ? 1 : 0;
        }
    }
}
