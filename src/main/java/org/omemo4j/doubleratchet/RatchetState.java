/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;

/**
 * All that one side knows between two messages (Double Ratchet, revision 1, section 3.2), save the skipped message keys, which are
 * rows of their own.  Immutable; small enough to be stored anew for each message.
 *
 * @param rootKey RK
 * @param ownRatchetKey DHs
 * @param remoteRatchetKey DHr; absent until the responder has read a message
 * @param sendingChain CKs and Ns; absent between a received DH step and our next message, which makes a new one
 * @param previousCount how many messages our sending chain before this one had: the next header's pn
 * @param receivingChains CKr and Nr of each open chain, newest last
 * @param nextSkippedNumber the number that the next skipped key gets
 * @param nextClosedNumber the number that the next closed chain gets
 */
public record RatchetState(
        RootKey rootKey,
        X25519KeyPair ownRatchetKey,
        Optional<X25519PublicKey> remoteRatchetKey,
        Optional<SendingChain> sendingChain,
        long previousCount,
        List<ReceivingChain> receivingChains,
        long nextSkippedNumber,
        long nextClosedNumber) {

    /** Copies the list; refuses negative numbers with an {@link IllegalArgumentException}. */
    public RatchetState {
        receivingChains = List.copyOf(receivingChains);
        if (previousCount < 0 || nextSkippedNumber < 0 || nextClosedNumber < 0) {
            throw new IllegalArgumentException(
                    "numbers count from 0, not " + previousCount + ", " + nextSkippedNumber + ", " + nextClosedNumber);
        }
    }

    /** The open chain of a ratchet key. */
    public Optional<ReceivingChain> receivingChain(X25519PublicKey ratchetKey) {
        for (int i = receivingChains.size() - 1; i >= 0; i--) {
            if (receivingChains.get(i).ratchetKey().equals(ratchetKey)) {
                return Optional.of(receivingChains.get(i));
            }
        }
        return Optional.empty();
    }
}
