/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DiffieHellman;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.RatchetException.Reason;

/**
 * The Double Ratchet (revision 1, section 3) as pure functions: state in, next state and message key out.  Safe for all threads.
 *
 * <p>Two liberties that change no byte on the wire.  Our own half of a DH step waits for the next message we send: many
 * sessions only ever read.  And on a DH step keys are skipped up to index pn <em>inclusive</em>, since libsignal and libomemo-c send
 * the previous chain's length less one.
 */
public final class DoubleRatchet {

    private final RatchetParameters parameters;
    private final Bytes rootInfo;

    /** A ratchet with a version's labels and limits. */
    public DoubleRatchet(RatchetParameters parameters) {
        this.parameters = parameters;
        this.rootInfo = Bytes.ofAscii(parameters.rootInfo());
    }

    /**
     * The state of the side that began the session (section 3.3, RatchetInitAlice).
     *
     * @param sharedSecret SK of X3DH, 32 bytes
     * @param fresh our first ratchet key, not the ephemeral key of X3DH
     */
    public RatchetState initiator(Secret sharedSecret, X25519PublicKey theirSignedPreKey, X25519KeyPair fresh) {
        return openSendingChain(
                new RatchetState(
                        new RootKey(sharedSecret),
                        fresh,
                        Optional.of(theirSignedPreKey),
                        Optional.empty(),
                        0,
                        List.of(),
                        0,
                        0),
                theirSignedPreKey,
                fresh);
    }

    /**
     * The state of the side that was begun with (section 3.3, RatchetInitBob); it must read before it can send.
     *
     * @param sharedSecret SK of X3DH, 32 bytes
     */
    public RatchetState responder(Secret sharedSecret, X25519KeyPair ownSignedPreKey) {
        return new RatchetState(
                new RootKey(sharedSecret), ownSignedPreKey, Optional.empty(), Optional.empty(), 0, List.of(), 0, 0);
    }

    /**
     * The step of sending one message (section 3.4, RatchetEncrypt).
     *
     * @param fresh asked for a new ratchet key when a new sending chain begins, and only then
     * @throws IllegalStateException when nothing was ever received and the other side began
     */
    public Outgoing send(RatchetState state, Supplier<X25519KeyPair> fresh) {
        RatchetState ready = state.sendingChain().isPresent()
                ? state
                : openSendingChain(
                        state,
                        state.remoteRatchetKey()
                                .orElseThrow(() -> new IllegalStateException("the responder reads before it sends")),
                        fresh.get());
        SendingChain chain = ready.sendingChain().orElseThrow();
        RatchetHeader header = new RatchetHeader(ready.ownRatchetKey().publicKey(), chain.n(), ready.previousCount());
        RatchetState next = new RatchetState(
                ready.rootKey(),
                ready.ownRatchetKey(),
                ready.remoteRatchetKey(),
                Optional.of(new SendingChain(chain.chainKey().next(), chain.n() + 1)),
                ready.previousCount(),
                ready.receivingChains(),
                ready.nextSkippedNumber(),
                ready.nextClosedNumber());
        return new Outgoing(next, header, chain.chainKey().messageKey());
    }

    /**
     * The row to look for before {@link #receive}: absent for a message that comes in order, or ahead, in an open chain.
     */
    public Optional<SkippedKeyId> lookup(RatchetState state, RatchetHeader header) {
        boolean ahead = state.receivingChain(header.ratchetKey())
                .filter(chain -> header.n() >= chain.n())
                .isPresent();
        return ahead ? Optional.empty() : Optional.of(new SkippedKeyId(header.ratchetKey(), header.n()));
    }

    /**
     * The step of receiving one message (section 3.5, RatchetDecrypt).  Keep the result only after the message has opened.
     *
     * @param stored what the store has for {@link #lookup}'s row; {@link StoredKeys#NONE} when there was none to look for
     * @throws RatchetException when the message is a duplicate, or too far ahead; nothing was derived then
     */
    public Incoming receive(RatchetState state, RatchetHeader header, StoredKeys stored) throws RatchetException {
        if (stored.row().isPresent()) {
            return withStoredKey(state, header, stored.row().get());
        }
        Optional<ReceivingChain> chain = state.receivingChain(header.ratchetKey());
        if (chain.isPresent()) {
            return new ReceivingStep(parameters, state).inChain(chain.get(), header.n());
        }
        if (stored.closedChain()) {
            throw new RatchetException(Reason.DUPLICATE, "message " + header.n() + " of a closed chain");
        }
        if (state.remoteRatchetKey().filter(header.ratchetKey()::equals).isPresent()) {
            throw new RatchetException(Reason.NO_RECEIVING_CHAIN, "a ratchet key that only receives");
        }
        ReceivingStep.requireWithin(parameters, header.n());
        return new ReceivingStep(parameters, state).inNewChain(openReceivingChain(state, header.ratchetKey()), header);
    }

    private Incoming withStoredKey(RatchetState state, RatchetHeader header, SkippedMessageKey row) {
        SkippedKeyId wanted = new SkippedKeyId(header.ratchetKey(), header.n());
        if (!row.id().equals(wanted)) {
            throw new IllegalArgumentException("the row of another message: " + row.id() + " for " + wanted);
        }
        return new Incoming(
                state,
                new MessageKey(row.seed()),
                List.of(),
                ReceivingStep.dropBelow(parameters, state.nextSkippedNumber()),
                Optional.of(wanted),
                Optional.empty(),
                ReceivingStep.dropBelow(parameters, state.nextClosedNumber()));
    }

    private RootKey.Step openReceivingChain(RatchetState state, X25519PublicKey theirs) throws RatchetException {
        try {
            return state.rootKey().step(new DiffieHellman(state.ownRatchetKey(), theirs), rootInfo);
        } catch (InvalidKeyException e) {
            throw new RatchetException(Reason.INVALID_KEY, e);
        }
    }

    private RatchetState openSendingChain(RatchetState state, X25519PublicKey theirs, X25519KeyPair fresh) {
        RootKey.Step step;
        try {
            step = state.rootKey().step(new DiffieHellman(fresh, theirs), rootInfo);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key of low order in the state", e);
        }
        return new RatchetState(
                step.rootKey(),
                fresh,
                state.remoteRatchetKey(),
                Optional.of(new SendingChain(step.chainKey(), 0)),
                state.previousCount(),
                state.receivingChains(),
                state.nextSkippedNumber(),
                state.nextClosedNumber());
    }
}
