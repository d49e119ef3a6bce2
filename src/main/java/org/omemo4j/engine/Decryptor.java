/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.doubleratchet.DoubleRatchet;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.doubleratchet.RatchetException;
import org.omemo4j.doubleratchet.SkippedKeyId;
import org.omemo4j.doubleratchet.SkippedMessageKey;
import org.omemo4j.doubleratchet.StoredKeys;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.Decryption.Duplicate;
import org.omemo4j.engine.Decryption.KeyTransport;
import org.omemo4j.engine.Decryption.NotForThisDevice;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.Decryption.Undecryptable;
import org.omemo4j.engine.JournalEntry.Place;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.RatchetMessage;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dhException;

/**
 * Decrypts one message. First everything is computed and authenticated, down to the envelope; only then is anything written. Used under the engine's lock.
 */
final class Decryptor {
    private static final Undecryptable MALFORMED = new Undecryptable(
            Optional.empty(), Reason.MALFORMED, Reason.MALFORMED.proposal(), Optional.empty(), Reaction.NONE);

    private final State state;
    private final Arrival arrival;
    private final Authors authors;
    private final Repeats repeats;
    private final TrustMessages trustMessages;
    private final ForgedTrustMessages forgedTrustMessages;
    private final Failures failures;
    private final OptOuts optOuts;

    Decryptor(State state) {
        this.state = state;
        this.arrival = new Arrival(state);
        this.authors = new Authors(state);
        this.repeats = new Repeats(state);
        this.trustMessages = new TrustMessages(state);
        this.forgedTrustMessages = new ForgedTrustMessages(state);
        this.failures = new Failures(state, arrival);
        this.optOuts = new OptOuts(state);
    }

    Decryption decrypt(Step step, IncomingMessage message) throws StoreException {
        Optional<OmemoVersion> version =
                OmemoVersion.ofEncrypted(ElementName.of(message.encrypted()), state.versions());
        if (version.isEmpty()) {
            return MALFORMED;
        }
        EncryptedMessage encrypted;
        try {
            encrypted = version.get().elements().encrypted(message.encrypted());
        } catch (MalformedMessageException e) {
            return MALFORMED;
        }
        if (message.author() instanceof Author.Known known) {
            return decrypt(step, new DeviceAddress(known.jid(), encrypted.sender()), version.get(), encrypted, message);
        }
        Set<BareJid> people = ((Author.OneOf) message.author()).people();
        List<DeviceAddress> devices = authors.devices(step, people, encrypted.sender());
        Optional<DeviceAddress> author = author(step, people, devices, version.get(), encrypted);
        if (author.isPresent()) {
            return decrypt(step, author.get(), version.get(), encrypted, message);
        }
        if (encrypted.keysFor(state.keys().address()).isEmpty()) {
            // Without a key for us nobody can tell who it was.
            BareJid claimed = devices.size() == 1 ? devices.get(0).jid() : message.recipient();
            return notForThisDevice(new DeviceAddress(claimed, encrypted.sender()), encrypted);
        }
        return new Undecryptable(
                Optional.empty(),
                Reason.UNKNOWN_AUTHOR,
                Reason.UNKNOWN_AUTHOR.proposal(),
                Optional.empty(),
                step.reaction());
    }

    /** Whose message it is, if it proves that. Changes nothing. */
    private Optional<DeviceAddress> author(
            Step step,
            Set<BareJid> people,
            List<DeviceAddress> devices,
            OmemoVersion version,
            EncryptedMessage encrypted)
            throws StoreException {
        DeviceAddress own = state.keys().address();
        for (DeviceAddress device : devices) {
            for (EncryptedKey key : encrypted.keysFor(own)) {
                Optional<IdentityKey> proven =
                        device.equals(own) ? Optional.empty() : proven(step, device, version, key);
                if (proven.isPresent()) {
                    boolean alone = authors.isAlone(step, device.jid(), people, version, proven.get());
                    return alone ? Optional.of(device) : Optional.empty();
                }
            }
        }
        // What this very device has sent has no key for it.
        return devices.contains(own) ? Optional.of(own) : Optional.empty();
    }

    /** The identity key of this device, if the message is its: it opens in a session with it, or was read there before, or begins one with a key that we know. */
    private Optional<IdentityKey> proven(Step step, DeviceAddress device, OmemoVersion version, EncryptedKey key)
            throws StoreException {
        Step trial = step.trial();
        try {
            Opened opened = open(trial, device, version, key);
            IdentityKey shown = opened.session().identityKey();
            return opened.begunBy().isEmpty() || authors.isKeyOf(step, device, version, shown)
                    ? Optional.of(shown)
                    : Optional.empty();
        } catch (Unread e) {
            return e.reason == null
                    ? state.sessions().with(trial, device, version).stream()
                            .findFirst()
                            .map(Session::identityKey)
                    : Optional.empty();
        }
    }

    private Decryption decrypt(
            Step step, DeviceAddress sender, OmemoVersion version, EncryptedMessage encrypted, IncomingMessage message)
            throws StoreException {
        DeviceAddress own = state.keys().address();
        List<EncryptedKey> keys = encrypted.keysFor(own);
        if (sender.equals(own)) {
            return returned(step, encrypted, message);
        }
        if (keys.isEmpty()) {
            return notForThisDevice(sender, encrypted);
        }
        Optional<Unread> failure = Optional.empty();
        for (EncryptedKey key : keys) {
            try {
                return read(step, sender, version, encrypted, key, message);
            } catch (Unread e) {
                failure = Optional.of(
                        failure.filter(before -> before.saysAsMuchAs(e)).orElse(e));
            }
        }
        Unread unread = failure.orElseThrow();
        if (unread.shownKey != null) {
            Reason reason = Objects.requireNonNull(unread.reason);
            return new Undecryptable(
                    Optional.of(sender),
                    reason,
                    reason.proposal(),
                    Optional.of(Fingerprint.of(unread.shownKey)),
                    step.reaction());
        }
        if (unread.reason != null) {
            if (unread.trustMessageBy != null) {
                forgedTrustMessages.readdressed(step, sender, unread.trustMessageBy);
            }
            return failures.of(step, sender, version, unread.reason, encrypted, message);
        }
        Optional<Decrypted> repeat = Optional.empty();
        if (unread.readIn != null && unread.place != null && message.delivery().mayRepeat()) {
            repeat = repeats.ofOthers(step, unread.readIn, unread.place, message);
        }
        return repeat.isPresent() ? trustMessages.again(repeat.get()) : new Duplicate(sender, step.reaction());
    }

    /** A message of this very device that has come back: what was sent, or, if that is forgotten or was sent to somebody else, nothing. */
    private Decryption returned(Step step, EncryptedMessage encrypted, IncomingMessage message) throws StoreException {
        Optional<? extends Decryption> ours = Optional.empty();
        if (message.delivery().mayRepeat()) {
            ours = repeats.ofOurs(step, message).map(trustMessages::again);
        } else if (message.groupChat()) {
            ours = repeats.reflected(step, message);
        }
        return ours.isPresent() ? ours.get() : notForThisDevice(state.keys().address(), encrypted);
    }

    private static Decryption notForThisDevice(DeviceAddress sender, EncryptedMessage encrypted) {
        boolean empty = encrypted.payload().flatMap(Payload::ciphertext).isEmpty();
        return new NotForThisDevice(sender, empty, Reaction.NONE);
    }

    /** A key that gives no message: with a reason, or because it was read before. */
    private static final class Unread extends Exception {
        private static final long serialVersionUID = 1L;

        private final @Nullable Reason reason;
        private final @Nullable IdentityKey shownKey;
        private final @Nullable IdentityKey trustMessageBy;
        private final @Nullable Session readIn;
        private final @Nullable Place place;

        private Unread(
                @Nullable Reason reason,
                @Nullable IdentityKey shownKey,
                @Nullable IdentityKey trustMessageBy,
                @Nullable Session readIn,
                @Nullable Place place) {
            super(null, null, false, false);
            this.reason = reason;
            this.shownKey = shownKey;
            this.trustMessageBy = trustMessageBy;
            this.readIn = readIn;
            this.place = place;
        }

        Unread(Reason reason) {
            this(reason, null, null, null, null);
        }

        /** It shows this identity key, which cannot be its own without a person's word. */
        Unread(Reason reason, IdentityKey shownKey) {
            this(reason, shownKey, null, null, null);
        }

        /** Read before, in this session and at this place of it. */
        Unread(Session readIn, Place place) {
            this(null, null, null, readIn, place);
        }

        /** Written by this identity key's device, but not by or for whom the stanza names; what is told of it depends on what is in it. */
        static Unread readdressed(AffixMismatchException mismatch, IdentityKey by) {
            return new Unread(Reason.ENVELOPE_MISMATCH, null, mismatch.hasTrustMessage() ? by : null, null, null);
        }

        /** Of two failures the first is told, save that "read before" says more than any other. */
        boolean saysAsMuchAs(Unread other) {
            return reason == null || other.reason != null;
        }
    }

    private Decryption read(
            Step step,
            DeviceAddress sender,
            OmemoVersion version,
            EncryptedMessage encrypted,
            EncryptedKey key,
            IncomingMessage message)
            throws StoreException, Unread {
        Opened opened = open(step, sender, version, key);
        Optional<Payload> payload =
                encrypted.payload().filter(some -> some.ciphertext().isPresent());
        if (payload.isEmpty()) {
            MessageOrigin origin = arrival.of(step, opened, message);
            return new KeyTransport(origin, step.reaction());
        }
        Envelope envelope;
        try {
            envelope = version.content()
                    .decode(
                            version.payloadCipher().open(payload.get(), opened.keyMaterial()),
                            new EnvelopeContext(sender.jid(), message.recipient(), message.groupChat()));
        } catch (AuthenticationFailedException | MalformedMessageException e) {
            throw new Unread(Reason.MALFORMED);
        } catch (AffixMismatchException e) {
            throw Unread.readdressed(e, opened.session().identityKey());
        }
        MessageOrigin origin = arrival.of(step, opened, message);
        repeats.read(step, opened, origin.trust(), message, envelope);
        if (trustMessages.isOne(envelope.content())) {
            return trustMessages.read(step, origin, envelope, message);
        }
        optOuts.read(step, origin, message, envelope.content());
        return new Decrypted(origin, envelope.content(), envelope.time(), envelope.dropped(), false, step.reaction());
    }

    private Opened open(Step step, DeviceAddress sender, OmemoVersion version, EncryptedKey key)
            throws StoreException, Unread {
        ReceivedKey received;
        try {
            received = version.keyMessages().parse(key);
        } catch (MalformedMessageException e) {
            throw new Unread(Reason.MALFORMED);
        }
        List<Session> sessions = state.sessions().with(step, sender, version);
        if (received.exchange().isEmpty()) {
            return openInAny(step, sessions, received.message());
        }
        KeyExchange exchange = received.exchange().get();
        for (Session session : sessions) {
            if (session.ephemeralKey().equals(exchange.ephemeralKey().bytes())
                    && session.identityKey().equals(exchange.identityKey())) {
                return openIn(step, session, received.message(), Optional.empty());
            }
        }
        return openNew(step, sender, version, exchange, received.message());
    }

    private Opened openInAny(Step step, List<Session> sessions, RatchetMessage message) throws StoreException, Unread {
        Unread failure = new Unread(Reason.NO_SESSION);
        for (Session session : sessions) {
            try {
                return openIn(step, session, message, Optional.empty());
            } catch (Unread e) {
                failure = failure.reason == Reason.NO_SESSION || !failure.saysAsMuchAs(e) ? e : failure;
            }
        }
        throw failure;
    }

    private Opened openNew(
            Step step, DeviceAddress sender, OmemoVersion version, KeyExchange exchange, RatchetMessage message)
            throws StoreException, Unread {
        if (state.lists().knownInsteadOf(step, sender, exchange.identityKey()).isPresent()) {
            throw new Unread(Reason.IDENTITY_KEY_CHANGED, exchange.identityKey());
        }
        if (state.trust().knownAs(step, sender.jid(), exchange.identityKey()).isPresent()) {
            throw new Unread(Reason.IDENTITY_KEY_SHARED, exchange.identityKey());
        }
        Optional<SignedPreKeyPair> signedPreKey = state.keys().signedPreKey(step, version, exchange.signedPreKeyId());
        if (signedPreKey.isEmpty()) {
            throw new Unread(Reason.SIGNED_PREKEY_GONE);
        }
        Optional<PreKeyPair> preKey = state.keys().preKey(step, version, exchange.preKeyId(), exchange.identityKey());
        if (preKey.isEmpty()) {
            throw new Unread(Reason.PREKEY_GONE);
        }
        try {
            Session session = state.start().respond(step, sender, version, exchange, signedPreKey.get(), preKey.get());
            return openIn(step, session, message, Optional.of(exchange));
        } catch (X3dhException e) {
            throw new Unread(Reason.MALFORMED);
        }
    }

    private Opened openIn(Step step, Session session, RatchetMessage message, Optional<KeyExchange> begunBy)
            throws StoreException, Unread {
        DoubleRatchet ratchet = state.start().ratchet(session.version());
        Place place = new Place(
                session.id(),
                message.header().ratchetKey().bytes(),
                message.header().n());
        try {
            Optional<SkippedKeyId> wanted = ratchet.lookup(session.ratchet(), message.header());
            StoredKeys stored =
                    wanted.isPresent() && begunBy.isEmpty() ? stored(step, session, wanted.get()) : StoredKeys.NONE;
            Incoming incoming = ratchet.receive(session.ratchet(), message.header(), stored);
            Secret keyMaterial = session.version()
                    .keyMessages()
                    .open(message, incoming.messageKey(), session.associatedData(), session.theirRole());
            return new Opened(session, incoming, keyMaterial, begunBy, place);
        } catch (RatchetException e) {
            throw switch (e.reason()) {
                case DUPLICATE -> new Unread(session, place);
                case TOO_MANY_SKIPPED -> new Unread(Reason.TOO_MANY_SKIPPED);
                case NO_RECEIVING_CHAIN, INVALID_KEY -> new Unread(Reason.BROKEN_SESSION);
            };
        } catch (AuthenticationFailedException e) {
            throw new Unread(Reason.BROKEN_SESSION);
        }
    }

    private static StoredKeys stored(Step step, Session session, SkippedKeyId wanted) throws StoreException {
        Bytes ratchetKey = wanted.ratchetKey().bytes();
        Optional<SkippedMessageKey> row = step.store()
                .skippedKey(session.id(), ratchetKey, wanted.n())
                .map(found -> new SkippedMessageKey(wanted, found.seed(), found.number()));
        return new StoredKeys(row, step.store().isClosedChain(session.id(), ratchetKey));
    }
}
