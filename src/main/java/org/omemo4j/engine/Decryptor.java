/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dhException;

/**
 * Decrypts one message. First everything is computed and authenticated, down to the envelope; only then is anything written. Used under the engine's lock.
 */
final class Decryptor {
    private static final Undecryptable MALFORMED =
            new Undecryptable(Optional.empty(), Reason.MALFORMED, Reason.MALFORMED.proposal(), Reaction.NONE);

    private final State state;
    private final Arrival arrival;
    private final Failures failures;

    Decryptor(State state) {
        this.state = state;
        this.arrival = new Arrival(state);
        this.failures = new Failures(state, arrival);
    }

    void connected() {
        arrival.connected();
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
        DeviceAddress own = state.keys().address();
        DeviceAddress sender = new DeviceAddress(message.sender(), encrypted.sender());
        List<EncryptedKey> keys = encrypted.keysFor(own);
        if (sender.equals(own) || keys.isEmpty()) {
            return new NotForThisDevice(sender, Reaction.NONE);
        }
        Optional<Unread> failure = Optional.empty();
        for (EncryptedKey key : keys) {
            try {
                return read(step, sender, version.get(), encrypted, key, message);
            } catch (Unread e) {
                failure = Optional.of(
                        failure.filter(before -> before.saysAsMuchAs(e)).orElse(e));
            }
        }
        Unread unread = failure.orElseThrow();
        return unread.reason == null
                ? new Duplicate(sender, step.reaction())
                : failures.of(step, sender, version.get(), unread.reason, encrypted, message);
    }

    /** A key that gives no message: with a reason, or because it was read before. */
    private static final class Unread extends Exception {
        private static final long serialVersionUID = 1L;

        private final @Nullable Reason reason;

        Unread(@Nullable Reason reason) {
            super(null, null, false, false);
            this.reason = reason;
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
                            new EnvelopeContext(message.sender(), message.recipient(), false));
        } catch (AuthenticationFailedException | MalformedMessageException e) {
            throw new Unread(Reason.MALFORMED);
        } catch (AffixMismatchException e) {
            throw new Unread(Reason.ENVELOPE_MISMATCH);
        }
        MessageOrigin origin = arrival.of(step, opened, message);
        return new Decrypted(origin, envelope.content(), envelope.time(), envelope.dropped(), step.reaction());
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
        if (state.lists().isForeign(step, sender, exchange.identityKey())) {
            throw new Unread(Reason.IDENTITY_KEY_CHANGED);
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
        try {
            Optional<SkippedKeyId> wanted = ratchet.lookup(session.ratchet(), message.header());
            StoredKeys stored =
                    wanted.isPresent() && begunBy.isEmpty() ? stored(step, session, wanted.get()) : StoredKeys.NONE;
            Incoming incoming = ratchet.receive(session.ratchet(), message.header(), stored);
            Secret keyMaterial = session.version()
                    .keyMessages()
                    .open(message, incoming.messageKey(), session.associatedData(), session.theirRole());
            return new Opened(session, incoming, keyMaterial, begunBy);
        } catch (RatchetException e) {
            throw new Unread(
                    switch (e.reason()) {
                        case DUPLICATE -> null;
                        case TOO_MANY_SKIPPED -> Reason.TOO_MANY_SKIPPED;
                        case NO_RECEIVING_CHAIN, INVALID_KEY -> Reason.BROKEN_SESSION;
                    });
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
