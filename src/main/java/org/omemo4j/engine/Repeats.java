/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.JournalEntry.Place;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.x3dh.IdentityKey;

/**
 * Messages that come again, and what they said the first time. A repeat is the same element, to the same recipient, at the same place of the same session; what only looks like it is
 * none. Used under the engine's lock.
 */
final class Repeats {
    private final State state;

    Repeats(State state) {
        this.state = state;
    }

    /** Another device's message is read in this step. */
    void read(Step step, Opened opened, TrustLevel trust, IncomingMessage message, Envelope envelope) {
        state.journal()
                .add(
                        step,
                        new JournalEntry(
                                ElementHash.of(message.encrypted()),
                                Optional.of(opened.place()),
                                Optional.of(trust),
                                message.recipient(),
                                envelope.content(),
                                envelope.time(),
                                envelope.dropped(),
                                step.now()));
    }

    /** A message of ours leaves as this element. It comes back as its readers see it: without what the version does not carry. */
    void sent(Step step, OmemoVersion version, XmlElement element, OutgoingMessage message, Instant composed) {
        List<XmlElement> carried =
                message.content().stream().filter(version.content()::carries).toList();
        Optional<Instant> time =
                version.content().coverage() == Coverage.BODY ? Optional.empty() : Optional.of(composed);
        Bytes hash = ElementHash.of(element);
        if (message.groupChat()) {
            state.journal().reflections().expect(step, hash);
        }
        state.journal()
                .add(
                        step,
                        new JournalEntry(
                                hash,
                                Optional.empty(),
                                Optional.empty(),
                                message.to(),
                                carried,
                                time,
                                List.of(),
                                step.now()));
    }

    /** What another device's message said that was read before in this session. */
    Optional<Decrypted> ofOthers(Step step, Session session, Place place, IncomingMessage message)
            throws StoreException {
        Optional<JournalEntry> entry = find(step, message);
        if (entry.isEmpty() || !entry.get().place().equals(Optional.of(place))) {
            return Optional.empty();
        }
        TrustLevel level = entry.get().trust().orElse(TrustLevel.UNDECIDED);
        return Optional.of(again(
                entry.get(), session.address(), session.identityKey(), level, session.version(), step.reaction()));
    }

    /** What a message of this very device said. */
    Optional<Decrypted> ofOurs(Step step, IncomingMessage message) throws StoreException {
        Optional<OmemoVersion> version =
                OmemoVersion.ofEncrypted(ElementName.of(message.encrypted()), state.versions());
        Optional<JournalEntry> entry = find(step, message);
        if (version.isEmpty() || entry.isEmpty() || entry.get().place().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(again(
                entry.get(),
                state.keys().address(),
                state.keys().identity().publicKey(),
                TrustLevel.VERIFIED,
                version.get(),
                step.reaction()));
    }

    /** A room sends a message of this very device back: the first time it reads as what was sent. */
    Optional<Decryption> reflected(Step step, IncomingMessage message) throws StoreException {
        Optional<Decrypted> ours = ofOurs(step, message);
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        boolean first = state.journal().reflections().isFirst(step, ElementHash.of(message.encrypted()));
        return Optional.of(
                first
                        ? ours.get().firstTime()
                        : new Decryption.Duplicate(state.keys().address(), step.reaction()));
    }

    private Optional<JournalEntry> find(Step step, IncomingMessage message) throws StoreException {
        return state.journal()
                .find(step, ElementHash.of(message.encrypted()))
                .filter(entry -> entry.recipient().equals(message.recipient()));
    }

    private static Decrypted again(
            JournalEntry entry,
            DeviceAddress device,
            IdentityKey key,
            TrustLevel level,
            OmemoVersion version,
            Reaction reaction) {
        MessageOrigin origin = new MessageOrigin(
                device,
                Fingerprint.of(key),
                level,
                version.namespace(),
                version.content().coverage());
        return new Decrypted(origin, entry.content(), entry.time(), entry.dropped(), true, reaction);
    }
}
