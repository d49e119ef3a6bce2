/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.DoubleRatchet;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.Outgoing;
import org.omemo4j.doubleratchet.RatchetException;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.SkippedMessageKeys;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.RatchetMessage;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.protocol.Role;
import org.omemo4j.x3dh.Agreement;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKey;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;
import org.omemo4j.x3dh.X3dhException;

/**
 * One device made of {@code x3dh}, {@code doubleratchet} and {@code protocol} alone, with one peer, no store and no engine.  All
 * randomness is handed in, so a transcript can be played to the byte.
 */
public final class ScriptedParty {

    /** A message was refused, with the reason in the words of the vectors where they have one. */
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }

        Refused(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** What one send gave. */
    public record Sent(
            Role sender,
            Bytes wire,
            boolean keyExchange,
            RatchetHeader header,
            MessageKey messageKey,
            AssociatedData associatedData) {}

    /** One session; equal when nothing about it changed. */
    public record Session(
            Role role,
            AssociatedData associatedData,
            Secret sharedSecret,
            KeyExchange exchange,
            boolean answered,
            RatchetState state,
            Optional<X25519KeyPair> reserved,
            int skipped) {}

    private static final class Live {

        private final SkippedMessageKeys skipped = new SkippedMessageKeys();
        private Session session;

        Live(Session session) {
            this.session = session;
        }
    }

    private final OmemoVersion version;
    private final X3dh x3dh;
    private final DoubleRatchet ratchet;
    private final DeviceAddress address;
    private final IdentityKeyPair identity;
    private final List<SignedPreKeyPair> signedPreKeys = new ArrayList<>();
    private final List<PreKeyPair> preKeys = new ArrayList<>();
    private final Supplier<X25519KeyPair> ratchetKeys;
    private final List<Live> sessions = new ArrayList<>();

    /**
     * A device.
     *
     * @param signedPreKeys the current one first
     * @param ratchetKeys asked once for each new ratchet key, in the order in which they are needed
     */
    public ScriptedParty(
            OmemoVersion version,
            DeviceAddress address,
            IdentityKeyPair identity,
            List<SignedPreKeyPair> signedPreKeys,
            List<PreKeyPair> preKeys,
            Supplier<X25519KeyPair> ratchetKeys) {
        this.version = version;
        this.x3dh = new X3dh(version.x3dh());
        this.ratchet = new DoubleRatchet(version.ratchet());
        this.address = address;
        this.identity = identity;
        this.signedPreKeys.addAll(signedPreKeys);
        this.preKeys.addAll(preKeys);
        this.ratchetKeys = ratchetKeys;
    }

    public DeviceAddress address() {
        return address;
    }

    public IdentityKeyPair identity() {
        return identity;
    }

    /** What is published: the current signed prekey and all prekeys that were not used. */
    public Bundle bundle() {
        return new Bundle(
                identity.publicKey(),
                signedPreKeys.get(0).signedPreKey(),
                preKeys.stream().map(PreKeyPair::preKey).toList());
    }

    /** Replaces the signed prekeys, the current one first. */
    public void rotate(List<SignedPreKeyPair> next) {
        signedPreKeys.clear();
        signedPreKeys.addAll(next);
    }

    /** All sessions, newest first; equal as long as nothing changed. */
    public List<Session> sessions() {
        return sessions.stream().map(live -> live.session).toList();
    }

    /** The ids of the prekeys that were not used. */
    public List<Integer> preKeyIds() {
        return preKeys.stream().map(PreKeyPair::id).toList();
    }

    /** Begins a session that replaces the present one for sending. */
    public Session begin(Bundle theirs, int preKeyId, X25519KeyPair ephemeral) throws X3dhException {
        SignedPreKey signedPreKey = theirs.signedPreKey();
        PreKey preKey = theirs.preKeys().stream()
                .filter(key -> key.id() == preKeyId)
                .findFirst()
                .orElseThrow();
        Agreement agreement = x3dh.initiate(identity, ephemeral, theirs.identityKey(), signedPreKey, preKey);
        KeyExchange exchange =
                new KeyExchange(preKeyId, signedPreKey.id(), identity.publicKey(), ephemeral.publicKey());
        RatchetState state = ratchet.initiator(agreement.sharedSecret(), signedPreKey.key(), ratchetKeys.get());
        sessions.add(0, new Live(session(Role.INITIATOR, agreement, exchange, state)));
        return sessions.get(0).session;
    }

    /** How often the current session was sent on since its ratchet last turned. */
    public long nextNumber() {
        RatchetState state = sessions.get(0).session.state();
        return state.sendingChain().map(chain -> chain.n()).orElse(0L);
    }

    /** Sends, and writes {@code pn} as it is. */
    public Sent send(Secret plaintext) {
        return send(plaintext, Optional.empty());
    }

    /**
     * Sends.
     *
     * @param plaintext what the peer's device gets: key material of a payload
     * @param writtenPn what to write as {@code pn} instead of the truth
     */
    public Sent send(Secret plaintext, Optional<Long> writtenPn) {
        Live live = sessions.get(0);
        Session session = live.session;
        Outgoing step = ratchet.send(session.state(), () -> session.reserved().orElseThrow());
        RatchetHeader truth = step.header();
        RatchetHeader header = new RatchetHeader(truth.ratchetKey(), truth.n(), writtenPn.orElse(truth.pn()));
        Bytes sealed = version.keyMessages()
                .seal(plaintext, header, step.messageKey(), session.associatedData(), session.role());
        boolean exchange = session.role() == Role.INITIATOR && !session.answered();
        Bytes wire = exchange ? version.keyMessages().frame(session.exchange(), sealed) : sealed;
        live.session = with(session, step.next(), session.answered(), Optional.empty(), session.skipped());
        return new Sent(session.role(), wire, exchange, header, step.messageKey(), session.associatedData());
    }

    /**
     * Reads a message; nothing changes unless key and payload are authentic.
     *
     * @return what the payload says; nothing for an empty message
     */
    public Optional<Bytes> receive(EncryptedKey key, Optional<Payload> payload) throws Refused {
        ReceivedKey received;
        try {
            received = version.keyMessages().parse(key);
        } catch (MalformedMessageException e) {
            throw new Refused("malformed", e);
        }
        if (received.exchange().isPresent()) {
            KeyExchange exchange = received.exchange().get();
            for (Live live : sessions) {
                if (live.session.exchange().equals(exchange)) {
                    return receive(live, received.message(), payload);
                }
            }
            Live live = respond(exchange);
            Optional<Bytes> read = receive(live, received.message(), payload);
            preKeys.removeIf(used -> used.id() == exchange.preKeyId());
            sessions.add(0, live);
            return read;
        }
        Refused refused = new Refused("no session");
        for (Iterator<Live> all = List.copyOf(sessions).iterator(); all.hasNext(); ) {
            try {
                return receive(all.next(), received.message(), payload);
            } catch (Refused e) {
                refused = "duplicate".equals(refused.getMessage()) ? refused : e;
            }
        }
        throw refused;
    }

    /** Begins the session that a peer's key exchange asks for, without a message of it. */
    public void begin(KeyExchange exchange) throws Refused {
        sessions.add(0, respond(exchange));
        preKeys.removeIf(key -> key.id() == exchange.preKeyId());
    }

    private Live respond(KeyExchange exchange) throws Refused {
        SignedPreKeyPair signedPreKey = signedPreKeys.stream()
                .filter(key -> key.id() == exchange.signedPreKeyId())
                .findFirst()
                .orElseThrow(() -> new Refused("unknown signed prekey"));
        PreKeyPair preKey = preKeys.stream()
                .filter(key -> key.id() == exchange.preKeyId())
                .findFirst()
                .orElseThrow(() -> new Refused("unknown prekey"));
        try {
            Agreement agreement =
                    x3dh.respond(identity, signedPreKey, preKey, exchange.identityKey(), exchange.ephemeralKey());
            RatchetState state = ratchet.responder(agreement.sharedSecret(), signedPreKey.keyPair());
            return new Live(session(Role.RESPONDER, agreement, exchange, state));
        } catch (X3dhException e) {
            throw new Refused("no agreement", e);
        }
    }

    private Optional<Bytes> receive(Live live, RatchetMessage message, Optional<Payload> payload) throws Refused {
        Session session = live.session;
        try {
            Incoming step = ratchet.receive(
                    session.state(),
                    message.header(),
                    live.skipped.find(ratchet.lookup(session.state(), message.header())));
            Role sender = session.role() == Role.INITIATOR ? Role.RESPONDER : Role.INITIATOR;
            Secret plaintext = version.keyMessages().open(message, step.messageKey(), session.associatedData(), sender);
            Optional<Bytes> read = payload.flatMap(Payload::ciphertext).isPresent()
                    ? Optional.of(version.payloadCipher().open(payload.get(), plaintext))
                    : Optional.empty();
            commit(live, step);
            return read;
        } catch (RatchetException e) {
            throw new Refused(e.reason() == RatchetException.Reason.DUPLICATE ? "duplicate" : "ratchet", e);
        } catch (AuthenticationFailedException e) {
            throw new Refused("not authentic", e);
        }
    }

    /** The next ratchet key is drawn when the ratchet turns, as the parties of the vectors do, and used at the next send. */
    private void commit(Live live, Incoming step) {
        Session session = live.session;
        live.skipped.commit(step);
        boolean turned = !step.next().remoteRatchetKey().equals(session.state().remoteRatchetKey())
                || session.state().sendingChain().isPresent()
                        && step.next().sendingChain().isEmpty();
        Optional<X25519KeyPair> reserved = turned ? Optional.of(ratchetKeys.get()) : session.reserved();
        live.session = with(session, step.next(), true, reserved, live.skipped.size());
    }

    private static Session session(Role role, Agreement agreement, KeyExchange exchange, RatchetState state) {
        return new Session(
                role,
                agreement.associatedData(),
                agreement.sharedSecret(),
                exchange,
                false,
                state,
                Optional.empty(),
                0);
    }

    private static Session with(
            Session session, RatchetState state, boolean answered, Optional<X25519KeyPair> reserved, int skipped) {
        return new Session(
                session.role(),
                session.associatedData(),
                session.sharedSecret(),
                session.exchange(),
                answered,
                state,
                reserved,
                skipped);
    }
}
