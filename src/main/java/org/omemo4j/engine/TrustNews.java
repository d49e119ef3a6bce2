/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.x3dh.IdentityKey;

/**
 * What this device's person has decided is told to those devices that are verified: messages that wait in the store from the same step on. Each goes to the devices of one account only, so that all that
 * one device hears of us comes in order. Used under the engine's lock.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0450.html">XEP-0450 0.4.0, "Use Cases"</a>
 */
final class TrustNews {
    /** Keys in one message: with all their JIDs it stays below what servers take. */
    static final int MAX_KEYS = 500;

    /** How long it waits for somebody who can read it. */
    static final Duration LASTS = Duration.ofDays(30);

    /** The policy under which it is written, which is no conversation's: verified devices read it, and nobody else. */
    private static final String POLICY = "VERIFIED_ONLY";

    private final State state;

    TrustNews(State state) {
        this.state = state;
    }

    /** Whether a message that waits is one of these. */
    static boolean isOne(ParkedRecord parked) {
        return parked.policy().equals(POLICY);
    }

    /** Whether it has waited long enough. */
    static boolean isOld(Step step, ParkedRecord parked) {
        return isOne(parked) && step.now().isAfter(parked.parked().plus(LASTS));
    }

    /** Nobody can be told any more: that is an entry in the journal. */
    static void givenUp(Step step, State state, ParkedRecord parked, String why) throws StoreException {
        state.trustJournal()
                .add(
                        step,
                        new TrustEntry(
                                0,
                                step.now(),
                                parked.to(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                TrustMeans.TRUST_MESSAGE,
                                Optional.empty(),
                                "What was decided on this device was not told to " + parked.to() + ". " + why,
                                Optional.of(TrustRefusal.NOT_TOLD)));
    }

    /** What of a message that has waited is still so here; empty if nothing is. */
    Optional<OutgoingMessage> standing(Step step, OutgoingMessage message) throws StoreException {
        Optional<TrustMessage> said = TrustReaders.in(message);
        if (said.isEmpty()) {
            return Optional.empty();
        }
        List<KeyOwner> owners = new ArrayList<>();
        for (KeyOwner owner : said.get().owners()) {
            Set<Bytes> trusted = standing(step, owner.jid(), owner.trusted(), level -> level == TrustLevel.VERIFIED);
            Set<Bytes> distrusted = standing(step, owner.jid(), owner.distrusted(), TrustLevel::isSticky);
            if (!trusted.isEmpty() || !distrusted.isEmpty()) {
                owners.add(new KeyOwner(owner.jid(), trusted, distrusted));
            }
        }
        return owners.isEmpty()
                ? Optional.empty()
                : Optional.of(OutgoingMessage.toContact(
                        message.to(), List.of(new TrustMessage(said.get().encryption(), owners).toXml()), false));
    }

    private Set<Bytes> standing(Step step, BareJid jid, Set<Bytes> identifiers, Predicate<TrustLevel> level)
            throws StoreException {
        KeptTrust kept = new KeptTrust(state);
        Set<Bytes> standing = new LinkedHashSet<>();
        for (Bytes identifier : identifiers) {
            Optional<TrustKey> key = kept.find(step, jid, identifier);
            if (key.isPresent()
                    && level.test(state.trust()
                            .peek(step, jid, key.get().fingerprint().key()))) {
                standing.add(identifier);
            }
        }
        return standing;
    }

    /** A person has verified a key. */
    void verified(Step step, TrustKey key) throws StoreException {
        Set<TrustKey> others = verified(step);
        others.remove(key);
        tellOf(step, key, true, others);
        tellTo(step, key, others);
    }

    /** A device shows a key that a person has verified before: until now it could be told nothing. */
    void shown(Step step, TrustKey key) throws StoreException {
        Set<TrustKey> others = verified(step);
        others.remove(key);
        tellTo(step, key, others);
    }

    /** A device of ours hears of all that is verified, and a contact's of ours. None gets a message about its own key. */
    private void tellTo(Step step, TrustKey key, Set<TrustKey> others) throws StoreException {
        tell(
                step,
                key.jid(),
                true,
                isOurs(key) ? others : others.stream().filter(this::isOurs).toList());
    }

    /** A person has distrusted a key. */
    void distrusted(Step step, TrustKey key) throws StoreException {
        Set<TrustKey> others = verified(step);
        others.remove(key);
        tellOf(step, key, false, others);
    }

    /** What a person decides about one of our keys concerns everybody; about a contact's, our own devices. */
    private void tellOf(Step step, TrustKey key, boolean trusted, Set<TrustKey> others) throws StoreException {
        for (BareJid account : concerned(key, others)) {
            tell(step, account, trusted, List.of(key));
        }
    }

    /** The accounts of these keys that hear of a decision about one. */
    Set<BareJid> concerned(TrustKey key, Set<TrustKey> others) {
        return others.stream()
                .map(TrustKey::jid)
                .filter(account -> isOurs(key) || account.equals(state.owner()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    boolean isOurs(TrustKey key) {
        return key.jid().equals(state.owner());
    }

    /** All keys that are verified, as this step has left them, in a fixed order. */
    private Set<TrustKey> verified(Step step) throws StoreException {
        List<TrustRecord> rows = new ArrayList<>();
        for (TrustRecord row : step.store().trustDecided(TrustLevel.VERIFIED.name())) {
            rows.add(step.writtenTrust(row.jid(), row.identityKey()).orElse(row));
        }
        Set<TrustKey> keys = new LinkedHashSet<>();
        Stream.concat(rows.stream(), step.writtenTrust())
                .filter(row -> row.decided().equals(Optional.of(TrustLevel.VERIFIED.name())))
                .map(row -> new TrustKey(row.jid(), Fingerprint.of(row.identityKey())))
                .sorted(Comparator.comparing((TrustKey key) -> key.jid().toString())
                        .thenComparing(key -> key.fingerprint().hex()))
                .forEach(keys::add);
        return keys;
    }

    private void tell(Step step, BareJid to, boolean trusted, Iterable<TrustKey> keys) throws StoreException {
        Optional<OmemoVersion> version = version();
        if (version.isEmpty()) {
            return;
        }
        Map<BareJid, Set<Bytes>> owners = new LinkedHashMap<>();
        int size = 0;
        for (TrustKey key : keys) {
            Optional<Bytes> identifier = identifier(step, key);
            if (identifier.isPresent()) {
                owners.computeIfAbsent(key.jid(), none -> new LinkedHashSet<>()).add(identifier.get());
                size++;
            }
            if (size == MAX_KEYS) {
                park(step, to, version.get(), trusted, owners);
                owners.clear();
                size = 0;
            }
        }
        if (size > 0) {
            park(step, to, version.get(), trusted, owners);
        }
    }

    /** The one that carries it; empty where nothing is said. */
    Optional<OmemoVersion> version() {
        return state.sending().stream()
                .filter(spoken -> state.trustMessages() && spoken.content().coverage() == Coverage.ENVELOPE)
                .findFirst();
    }

    private void park(Step step, BareJid to, OmemoVersion version, boolean trusted, Map<BareJid, Set<Bytes>> owners)
            throws StoreException {
        List<KeyOwner> said = owners.entrySet().stream()
                .map(owner -> new KeyOwner(
                        owner.getKey(), trusted ? owner.getValue() : Set.of(), trusted ? Set.of() : owner.getValue()))
                .toList();
        String id = id();
        XmlElement stanza = XmlElement.builder("message", "jabber:client")
                .attribute("type", "chat")
                .attribute("to", to.toString())
                .attribute("id", id)
                .child(new TrustMessage(version.namespace(), said).toXml())
                .child(XmlElement.builder("store", "urn:xmpp:hints").build())
                .build();
        state.parking().park(step, to, id, stanza.toXml(), POLICY, nextTime(step));
    }

    /** A random UUID, as other messages have that no application writes. */
    private String id() {
        long high = (state.random().nextLong() & ~0xF000L) | 0x4000L;
        long low = (state.random().nextLong() & ~(3L << 62)) | (2L << 62);
        return new UUID(high, low).toString();
    }

    /**
     * Envelopes tell whole seconds, and who reads two of the same takes the second for a replay: each is a second later than the last. One that nobody has believed, as our clock was far ahead, does not count.
     */
    private Instant nextTime(Step step) throws StoreException {
        TrustRecord ours = state.trust()
                .orNew(
                        step,
                        state.owner(),
                        state.keys().identity().publicKey().x25519().bytes());
        Instant now = step.now().truncatedTo(ChronoUnit.SECONDS);
        Instant time = ours.newestTrustMessage()
                .map(last -> last.plusSeconds(1))
                .filter(next -> next.isAfter(now) && next.isBefore(now.plus(TrustMessages.FUTURE)))
                .orElse(now);
        state.trust().put(step, TrustDecisions.withTrustMessage(ours, time));
        return time;
    }

    /** The key as its device publishes it; of one that has shown none yet, the form with the usual sign. */
    private Optional<Bytes> identifier(Step step, TrustKey key) throws StoreException {
        Bytes form = key.fingerprint().key();
        for (DeviceRecord device : state.lists().devices(step, key.jid())) {
            if (device.identityKey().isPresent()) {
                IdentityKey known = DeviceLists.identityKey(device.identityKey().get());
                if (known.x25519().bytes().equals(form)) {
                    return Optional.of(known.bytes());
                }
            }
        }
        try {
            return Optional.of(
                    IdentityKey.ofCurve25519(X25519PublicKey.of(form), 0).bytes());
        } catch (InvalidKeyException e) {
            return Optional.empty();
        }
    }
}
