/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.omemo4j.doubleratchet.RatchetException.Reason;

/** One message on its way through the receiving chains; collects the keys that it skips. */
final class ReceivingStep {

    private final RatchetParameters parameters;
    private final RatchetState state;
    private final List<SkippedMessageKey> skipped = new ArrayList<>(0);
    private long nextSkippedNumber;

    ReceivingStep(RatchetParameters parameters, RatchetState state) {
        this.parameters = parameters;
        this.state = state;
        this.nextSkippedNumber = state.nextSkippedNumber();
    }

    /** Refuses a message that runs too far ahead, before anything is derived for it. */
    static void requireWithin(RatchetParameters parameters, long ahead) throws RatchetException {
        if (ahead > parameters.maxSkippedPerMessage()) {
            throw new RatchetException(
                    Reason.TOO_MANY_SKIPPED,
                    ahead + " messages ahead; the limit is " + parameters.maxSkippedPerMessage());
        }
    }

    /** The lowest of the last {@code maxSkippedPerSession} numbers. */
    static long dropBelow(RatchetParameters parameters, long nextNumber) {
        return Math.max(0, nextNumber - parameters.maxSkippedPerSession());
    }

    Incoming inChain(ReceivingChain chain, long n) throws RatchetException {
        if (n < chain.n()) {
            throw new RatchetException(
                    Reason.DUPLICATE, "message " + n + " of an open chain was read, or its key is gone");
        }
        requireWithin(parameters, n - chain.n());
        ReceivingChain current = skipTo(chain, n);
        List<ReceivingChain> chains = new ArrayList<>(state.receivingChains());
        chains.set(chains.indexOf(chain), advanced(current));
        return incoming(
                current.chainKey().messageKey(),
                new RatchetState(
                        state.rootKey(),
                        state.ownRatchetKey(),
                        state.remoteRatchetKey(),
                        state.sendingChain(),
                        state.previousCount(),
                        chains,
                        nextSkippedNumber,
                        state.nextClosedNumber()),
                Optional.empty());
    }

    /** A DH step: the sending chain ends here, and the next message that we send begins a new one. */
    Incoming inNewChain(RootKey.Step step, RatchetHeader header) {
        List<ReceivingChain> chains = new ArrayList<>(state.receivingChains());
        Optional<ClosedChain> closed = Optional.empty();
        if (chains.size() >= parameters.receivingChains()) {
            ReceivingChain oldest = chains.remove(0);
            closed = Optional.of(new ClosedChain(oldest.ratchetKey(), state.nextClosedNumber()));
            if (parameters.receivingChains() == 1) {
                skipRest(oldest, header.pn());
            }
        }
        ReceivingChain current = skipTo(new ReceivingChain(header.ratchetKey(), step.chainKey(), 0), header.n());
        chains.add(advanced(current));
        return incoming(
                current.chainKey().messageKey(),
                new RatchetState(
                        step.rootKey(),
                        state.ownRatchetKey(),
                        Optional.of(header.ratchetKey()),
                        Optional.empty(),
                        state.sendingChain().map(SendingChain::n).orElse(state.previousCount()),
                        chains,
                        nextSkippedNumber,
                        state.nextClosedNumber() + (closed.isPresent() ? 1 : 0)),
                closed);
    }

    /**
     * The keys of a closing chain up to and including index pn: pn is its length, or its length less one.  A pn beyond the limit
     * skips nothing and stops nothing; else heavy loss, or one forged number in an otherwise good message, would lock the
     * session for ever.
     */
    private void skipRest(ReceivingChain chain, long pn) {
        if (pn - chain.n() <= parameters.maxSkippedPerMessage()) {
            skipTo(chain, pn + 1);
        }
    }

    private ReceivingChain skipTo(ReceivingChain chain, long n) {
        ChainKey key = chain.chainKey();
        long at = chain.n();
        for (; at < n; at++) {
            SkippedKeyId id = new SkippedKeyId(chain.ratchetKey(), at);
            skipped.add(new SkippedMessageKey(id, key.messageKey().seed(), nextSkippedNumber++));
            key = key.next();
        }
        return new ReceivingChain(chain.ratchetKey(), key, at);
    }

    private static ReceivingChain advanced(ReceivingChain chain) {
        return new ReceivingChain(chain.ratchetKey(), chain.chainKey().next(), chain.n() + 1);
    }

    private Incoming incoming(MessageKey messageKey, RatchetState next, Optional<ClosedChain> closed) {
        long dropBelow = dropBelow(parameters, nextSkippedNumber);
        skipped.removeIf(key -> key.number() < dropBelow);
        return new Incoming(
                next,
                messageKey,
                skipped,
                dropBelow,
                Optional.empty(),
                closed,
                dropBelow(parameters, next.nextClosedNumber()));
    }
}
