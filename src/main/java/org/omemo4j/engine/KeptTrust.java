/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.store.Changes;
import org.omemo4j.store.KeptTrustRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.x3dh.IdentityKey;

/**
 * What trust messages have said, and what becomes of it: it applies as soon as its sender is verified and its key is known, and waits while its sender is distrusted, which may be undone. Rows in the store. Used
 * under the engine's lock.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0450.html">XEP-0450 0.4.0, "Implementation Notes"</a>
 */
final class KeptTrust {
    /** Keys that one sender may have us keep something about: bounds what a message can make us store. */
    static final int MAX_OF_A_SENDER = 1000;

    /** Of all senders together that are not verified, and again of our own account's: whoever makes up accounts fills no disk. */
    static final int MAX_OF_ALL = 10_000;

    private static final Comparator<KeptTrustRecord> IN_ORDER =
            Comparator.comparing(KeptTrustRecord::sent).thenComparing(KeptTrust::isTrust);

    private final State state;
    private final TrustChanges changes;

    KeptTrust(State state) {
        this.state = state;
        this.changes = new TrustChanges(state);
    }

    /** Something that a trust message says of a key. */
    record Statement(BareJid owner, Bytes identifier, Decision decision) {}

    /** Keeps all of it, or nothing if that is too much of one sender; for one that is not verified, others make room. What distrusts is not replaced by what trusts. */
    boolean keep(Step step, TrustEntry.Sender sender, Instant sent, Collection<Statement> statements)
            throws StoreException {
        TrustKey key = keyOf(sender);
        Bytes form = key.fingerprint().key();
        List<KeptTrustRecord> before = step.store().keptTrustBy(key.jid(), form);
        if (before.size() + statements.size() > MAX_OF_A_SENDER) {
            return false;
        }
        if (!isVerified(step, key) && step.store().keptTrust() + statements.size() > MAX_OF_ALL) {
            makeRoom(step, key.jid().equals(state.owner()), statements.size());
        }
        for (Statement statement : statements) {
            boolean distrusted = before.stream()
                    .anyMatch(kept -> kept.owner().equals(statement.owner())
                            && kept.identifier().equals(statement.identifier())
                            && !isTrust(kept));
            if (!distrusted) {
                step.write(new Changes.PutKeptTrust(new KeptTrustRecord(
                        sender.device(),
                        form,
                        sent,
                        statement.owner(),
                        statement.identifier(),
                        statement.decision().name())));
                state.trust().keptChanges(step, statement.owner());
            }
        }
        return true;
    }

    /** What was said longest ago goes, of whoever has most of it: one account drives out itself before others. Strangers drive out nothing that our own devices have said. */
    private void makeRoom(Step step, boolean ours, int wanted) throws StoreException {
        Map<BareJid, Deque<KeptTrustRecord>> accounts = new LinkedHashMap<>();
        int size = wanted;
        for (KeptTrustRecord kept : step.store().allKeptTrust()) {
            BareJid account = kept.sender().jid();
            if (account.equals(state.owner()) == ours
                    && !isVerified(step, new TrustKey(account, Fingerprint.of(kept.senderKey())))) {
                accounts.computeIfAbsent(account, none -> new ArrayDeque<>()).add(kept);
                size++;
            }
        }
        for (; size > MAX_OF_ALL; size--) {
            Deque<KeptTrustRecord> most = Collections.max(accounts.values(), Comparator.comparingInt(Deque::size));
            step.write(new Changes.DeleteKeptTrust(most.remove()));
        }
    }

    /** Somebody has decided about a key: what it has said applies if the key is verified now. */
    void decided(Step step, TrustKey key) throws StoreException {
        follow(step, new ArrayDeque<>(List.of(key)));
    }

    /** A key is known from now on: what was said about it applies. */
    void known(Step step, TrustKey key) throws StoreException {
        Deque<TrustKey> changed = new ArrayDeque<>();
        Set<Bytes> identifiers = identifiers(key.fingerprint().key());
        for (KeptTrustRecord kept :
                inOrder(step.store().keptTrustAbout(key.jid())).toList()) {
            if (identifiers.contains(kept.identifier())) {
                apply(step, kept, key, changed);
            }
        }
        follow(step, changed);
    }

    /** The key that a trust message means, if it is known: in its Edwards form, as is right, or in the Curve25519 form. */
    Optional<TrustKey> find(Step step, BareJid owner, Bytes identifier) throws StoreException {
        for (Bytes form : forms(identifier).toList()) {
            if (state.trust().isOurs(owner, form)
                    || state.trust().row(step, owner, form).isPresent()) {
                return Optional.of(new TrustKey(owner, Fingerprint.of(form)));
            }
        }
        return Optional.empty();
    }

    /** What a verified device says applies now, if it may. */
    TrustChange apply(Step step, TrustEntry.Sender sender, TrustKey key, Decision decision) throws StoreException {
        Deque<TrustKey> changed = new ArrayDeque<>();
        TrustChange change = apply(step, sender, key, decision, changed);
        follow(step, changed);
        return change;
    }

    boolean isVerified(Step step, TrustKey sender) throws StoreException {
        return state.trust().peek(step, sender.jid(), sender.fingerprint().key()) == TrustLevel.VERIFIED;
    }

    static TrustKey keyOf(TrustEntry.Sender sender) {
        return new TrustKey(sender.device().jid(), sender.fingerprint());
    }

    /** Not recursive: one key that is verified may verify the next, and so on. */
    private void follow(Step step, Deque<TrustKey> changed) throws StoreException {
        while (!changed.isEmpty()) {
            TrustKey sender = changed.remove();
            Bytes form = sender.fingerprint().key();
            for (KeptTrustRecord kept :
                    inOrder(step.store().keptTrustBy(sender.jid(), form)).toList()) {
                Optional<TrustKey> about = find(step, kept.owner(), kept.identifier());
                if (about.isPresent()) {
                    apply(step, kept, about.get(), changed);
                }
            }
        }
    }

    private void apply(Step step, KeptTrustRecord kept, TrustKey key, Deque<TrustKey> changed) throws StoreException {
        TrustEntry.Sender sender = new TrustEntry.Sender(kept.sender(), Fingerprint.of(kept.senderKey()));
        if (isVerified(step, keyOf(sender)) && step.takeTrust(kept)) {
            state.trust().keptChanges(step, kept.owner());
            apply(step, sender, key, Decision.valueOf(kept.decision()), changed);
        }
    }

    private TrustChange apply(
            Step step, TrustEntry.Sender sender, TrustKey key, Decision decision, Deque<TrustKey> changed)
            throws StoreException {
        TrustChange change = changes.believe(step, key, decision, sender);
        if (change instanceof TrustChange.Changed) {
            changed.add(key);
        }
        return change;
    }

    private static Stream<KeptTrustRecord> inOrder(List<KeptTrustRecord> kept) {
        return kept.stream().sorted(IN_ORDER);
    }

    private static boolean isTrust(KeptTrustRecord kept) {
        return kept.decision().equals(Decision.VERIFY.name());
    }

    /** All that may stand for the key with this Curve25519 form: that, and its Edwards form with either sign. To look for one key among thousands of identifiers takes no arithmetic for each then. */
    static Set<Bytes> identifiers(Bytes form) {
        try {
            X25519PublicKey key = X25519PublicKey.of(form);
            return Stream.of(
                            form,
                            IdentityKey.ofCurve25519(key, 0).bytes(),
                            IdentityKey.ofCurve25519(key, 1).bytes())
                    .collect(Collectors.toSet());
        } catch (InvalidKeyException e) {
            return Set.of(form);
        }
    }

    /** The Curve25519 forms that an identifier may stand for. */
    private static Stream<Bytes> forms(Bytes identifier) {
        try {
            return Stream.of(IdentityKey.of(identifier).x25519().bytes(), identifier);
        } catch (InvalidKeyException e) {
            return Stream.of(identifier);
        }
    }
}
