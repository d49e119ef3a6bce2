/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.ChainKey;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.ReceivingChain;
import org.omemo4j.doubleratchet.RootKey;
import org.omemo4j.doubleratchet.SendingChain;
import org.omemo4j.engine.state.Chain;
import org.omemo4j.engine.state.RatchetStateMessage;
import org.omemo4j.engine.state.SessionState;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Role;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.KeyEncoding;

/**
 * Sessions as rows of a store, and back: one byte of format, four of length, and {@code session.proto}. What was cut off or altered in length is told by a
 * {@link StoreException}. Stateless.
 */
final class SessionCodec {
    private static final byte FORMAT = 1;
    private static final int HEAD = 5;

    private final IdentityKey own;

    /** {@code own} is our identity key: it is half of every session's associated data and not stored with each. */
    SessionCodec(IdentityKey own) {
        this.own = own;
    }

    SessionRecord encode(Session session) {
        return new SessionRecord(
                session.id(),
                session.address(),
                session.version().namespace(),
                session.ephemeralKey(),
                session.created(),
                session.archived(),
                session.owesEmptyMessage(),
                state(session));
    }

    Session decode(SessionRecord row, OmemoVersion version) throws StoreException {
        try {
            SessionState state = SessionState.parseFrom(body(row));
            IdentityKey theirs = IdentityKey.of(publicBytes(state.getIdentityKey()));
            Role role = state.getInitiator() ? Role.INITIATOR : Role.RESPONDER;
            return new Session(
                    row.id(),
                    row.address(),
                    version,
                    role,
                    theirs,
                    row.ephemeralKey(),
                    pending(row, state),
                    associatedData(version.x3dh().encoding(), role, theirs),
                    ratchet(state.getRatchet()),
                    row.created(),
                    row.archived(),
                    row.owesEmptyMessage(),
                    state.getUnanswered(),
                    state.getWorn(),
                    state.getHeartbeat());
        } catch (InvalidProtocolBufferException | InvalidKeyException | IllegalArgumentException e) {
            throw damaged(row);
        }
    }

    AssociatedData associatedData(KeyEncoding encoding, Role ownRole, IdentityKey theirs) {
        return ownRole == Role.INITIATOR
                ? new AssociatedData(encoding.identity(own), encoding.identity(theirs))
                : new AssociatedData(encoding.identity(theirs), encoding.identity(own));
    }

    private Secret state(Session session) {
        SessionState.Builder state = SessionState.newBuilder()
                .setInitiator(session.ownRole() == Role.INITIATOR)
                .setIdentityKey(publicBytes(session.identityKey().bytes()))
                .setRatchet(ratchet(session.ratchet()))
                .setUnanswered(session.unanswered())
                .setWorn(session.worn())
                .setHeartbeat(session.heartbeat());
        session.pendingExchange()
                .ifPresent(exchange -> state.setPendingPreKeyId(exchange.preKeyId())
                        .setPendingSignedPreKeyId(exchange.signedPreKeyId()));
        SessionState message = state.build();
        int size = message.getSerializedSize();
        ByteBuffer row = ByteBuffer.allocate(HEAD + size).put(FORMAT).putInt(size);
        row.put(message.toByteArray());
        Secret secret = Secret.of(row.array());
        Arrays.fill(row.array(), (byte) 0);
        return secret;
    }

    private static ByteBuffer body(SessionRecord row) throws StoreException {
        ByteBuffer state = ByteBuffer.wrap(row.state().reveal());
        if (state.remaining() < HEAD || state.get() != FORMAT || state.getInt() != state.remaining()) {
            throw damaged(row);
        }
        return state;
    }

    private static StoreException damaged(SessionRecord row) {
        return new StoreException("The stored session with " + row.address() + " is damaged.");
    }

    /** The key exchange that we repeat names us: our identity key and the session's ephemeral key. */
    private Optional<KeyExchange> pending(SessionRecord row, SessionState state) throws InvalidKeyException {
        return state.hasPendingPreKeyId()
                ? Optional.of(new KeyExchange(
                        state.getPendingPreKeyId(),
                        state.getPendingSignedPreKeyId(),
                        own,
                        X25519PublicKey.of(row.ephemeralKey())))
                : Optional.empty();
    }

    private static RatchetStateMessage ratchet(RatchetState state) {
        RatchetStateMessage.Builder message = RatchetStateMessage.newBuilder()
                .setRootKey(secretBytes(state.rootKey().secret()))
                .setOwnPrivateKey(secretBytes(state.ownRatchetKey().privateKey()))
                .setOwnPublicKey(publicBytes(state.ownRatchetKey().publicKey().bytes()))
                .setPreviousCount((int) state.previousCount())
                .setNextSkipped(state.nextSkippedNumber())
                .setNextClosed(state.nextClosedNumber());
        state.remoteRatchetKey().ifPresent(key -> message.setRemoteKey(publicBytes(key.bytes())));
        state.sendingChain()
                .ifPresent(chain -> message.setSending(Chain.newBuilder()
                        .setKey(secretBytes(chain.chainKey().secret()))
                        .setN((int) chain.n())));
        for (ReceivingChain chain : state.receivingChains()) {
            message.addReceiving(Chain.newBuilder()
                    .setRatchetKey(publicBytes(chain.ratchetKey().bytes()))
                    .setKey(secretBytes(chain.chainKey().secret()))
                    .setN((int) chain.n()));
        }
        return message.build();
    }

    private static RatchetState ratchet(RatchetStateMessage message) throws InvalidKeyException {
        Optional<SendingChain> sending = message.hasSending()
                ? Optional.of(new SendingChain(
                        chainKey(message.getSending()),
                        Integer.toUnsignedLong(message.getSending().getN())))
                : Optional.empty();
        Optional<X25519PublicKey> remote =
                message.hasRemoteKey() ? Optional.of(publicKey(message.getRemoteKey())) : Optional.empty();
        ReceivingChain[] receiving = new ReceivingChain[message.getReceivingCount()];
        for (int i = 0; i < receiving.length; i++) {
            Chain chain = message.getReceiving(i);
            receiving[i] = new ReceivingChain(
                    publicKey(chain.getRatchetKey()), chainKey(chain), Integer.toUnsignedLong(chain.getN()));
        }
        return new RatchetState(
                new RootKey(secret(message.getRootKey())),
                X25519KeyPair.of(secret(message.getOwnPrivateKey()), publicKey(message.getOwnPublicKey())),
                remote,
                sending,
                Integer.toUnsignedLong(message.getPreviousCount()),
                List.of(receiving),
                message.getNextSkipped(),
                message.getNextClosed());
    }

    private static ChainKey chainKey(Chain chain) {
        return new ChainKey(secret(chain.getKey()));
    }

    private static X25519PublicKey publicKey(ByteString bytes) throws InvalidKeyException {
        return X25519PublicKey.of(publicBytes(bytes));
    }

    private static Bytes publicBytes(ByteString bytes) {
        return Bytes.of(bytes.toByteArray());
    }

    private static ByteString publicBytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.toByteArray());
    }

    private static Secret secret(ByteString bytes) {
        return Secret.of(bytes.toByteArray());
    }

    private static ByteString secretBytes(Secret secret) {
        return UnsafeByteOperations.unsafeWrap(secret.reveal());
    }
}
