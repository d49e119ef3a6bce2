/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;

/** Who may have heard {@link TrustNews} of a decision: who was verified when it was written, as the journal says, unless it waits here still. Used under the engine's lock. */
final class TrustAudience {
    /** Of a message with {@link TrustNews#MAX_KEYS} keys, each with the longest JID. */
    private static final XmlLimits LIMITS = XmlLimits.ofSize(2 * 1024 * 1024);

    private final State state;
    private final TrustNews news;

    TrustAudience(State state) {
        this.state = state;
        this.news = new TrustNews(state);
    }

    /** Whether others may have heard of the newest decision about a key that stands, when it was made or later. */
    boolean mayHaveHeard(Step step, TrustKey key, TrustEntry decision) throws StoreException {
        boolean trusted = isVerified(decision);
        if (news.version().isEmpty() || !(trusted || isSticky(decision))) {
            return false;
        }
        Map<BareJid, Integer> waiting = waiting(step, key, trusted);
        return said(step, key, decision).entrySet().stream()
                .anyMatch(said -> waiting.getOrDefault(said.getKey(), 0) < said.getValue());
    }

    /** How many messages to each account have said of the key what was decided. */
    private Map<BareJid, Integer> said(Step step, TrustKey key, TrustEntry decision) throws StoreException {
        List<TrustEntry> oldestFirst = new ArrayList<>(state.trustJournal().entries(step, Integer.MAX_VALUE));
        Collections.reverse(oldestFirst);
        Set<TrustKey> verified = new HashSet<>();
        Map<BareJid, Integer> said = new HashMap<>();
        for (TrustEntry entry : oldestFirst) {
            if (entry.refusal().isPresent() || entry.key().isEmpty()) {
                continue;
            }
            TrustKey about = entry.key().get();
            verified.remove(about);
            if (entry.number() >= decision.number() && isTold(entry)) {
                for (BareJid account : accounts(key, decision, entry, verified)) {
                    said.merge(account, 1, Integer::sum);
                }
            }
            if (isVerified(entry)) {
                verified.add(about);
            }
        }
        return said;
    }

    private Set<BareJid> accounts(TrustKey key, TrustEntry decision, TrustEntry entry, Set<TrustKey> verified) {
        TrustKey about = entry.key().orElseThrow();
        if (about.equals(key)) {
            return isVerified(entry) == isVerified(decision) ? news.concerned(key, verified) : Set.of();
        }
        // Who is verified later hears of all keys that are, and not of those that are distrusted.
        return isVerified(entry) && isVerified(decision) && verified.contains(key)
                ? news.concerned(key, Set.of(about))
                : Set.of();
    }

    private static boolean isTold(TrustEntry entry) {
        return switch (entry.means()) {
            case PERSON, URI -> isVerified(entry) || isSticky(entry);
            case UNDO -> isVerified(entry);
            case TRUST_MESSAGE, ACCEPTANCE -> false;
        };
    }

    private static boolean isVerified(TrustEntry entry) {
        return entry.to().equals(Optional.of(TrustLevel.VERIFIED));
    }

    private static boolean isSticky(TrustEntry entry) {
        return entry.to().map(TrustLevel::isSticky).orElse(false);
    }

    /** How many messages to each account say that of the key and have not left. */
    private Map<BareJid, Integer> waiting(Step step, TrustKey key, boolean trusted) throws StoreException {
        Map<BareJid, Integer> waiting = new HashMap<>();
        for (ParkedRecord parked : step.store().parked()) {
            if (TrustNews.isOne(parked) && parked.encrypted().isEmpty() && says(step, parked, key, trusted)) {
                waiting.merge(parked.to(), 1, Integer::sum);
            }
        }
        return waiting;
    }

    private boolean says(Step step, ParkedRecord parked, TrustKey key, boolean trusted) throws StoreException {
        KeptTrust kept = new KeptTrust(state);
        for (KeyOwner owner : read(parked).map(TrustMessage::owners).orElse(List.of())) {
            for (Bytes identifier : trusted ? owner.trusted() : owner.distrusted()) {
                if (kept.find(step, owner.jid(), identifier).equals(Optional.of(key))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Optional<TrustMessage> read(ParkedRecord parked) {
        try {
            XmlElement stanza = XmlReader.read(Bytes.of(parked.stanza().reveal()), LIMITS);
            Optional<XmlElement> said =
                    stanza.elements().filter(TrustMessage::is).findFirst();
            return said.isPresent() ? Optional.of(TrustMessage.read(said.get())) : Optional.empty();
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }
}
