/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.Bytes;

/**
 * What an application of the Double Ratchet fixes (revision 1, section 5), and its limits.
 *
 * @param rootInfo label of the root chain, ASCII, such as "OMEMO Root Chain"
 * @param messageKeyInfo label of the message keys, ASCII, such as "OMEMO Message Key Material"
 * @param maxSkippedPerMessage how far one message may run ahead in its chain; bounds the work that a stranger's header can cause
 * @param maxSkippedPerSession how many of the last skipped keys (and of the last closed chains) are kept, oldest out first; bounds
 *     what a peer can make us store
 * @param receivingChains how many receiving chains stay open, newest first out last.  With 1, a DH step stores the skipped keys of
 *     the chain that it closes, up to and including index pn: some senders count one less.  With more, the chains keep their keys
 *     and pn is not needed
 */
public record RatchetParameters(
        String rootInfo,
        String messageKeyInfo,
        int maxSkippedPerMessage,
        int maxSkippedPerSession,
        int receivingChains) {

    /** XEP-0384 0.9.1, section 3 (MAX_SKIP), asks for about this many, per message and per session. */
    public static final int MAX_SKIPPED = 1000;

    /** Refuses labels that are not ASCII, negative limits and less than one chain with an {@link IllegalArgumentException}. */
    public RatchetParameters {
        Bytes.ofAscii(rootInfo);
        Bytes.ofAscii(messageKeyInfo);
        if (maxSkippedPerMessage < 0 || maxSkippedPerSession < 0 || receivingChains < 1) {
            throw new IllegalArgumentException("limits out of range: " + maxSkippedPerMessage + " a message, "
                    + maxSkippedPerSession + " a session, " + receivingChains + " chains");
        }
    }

    /** Parameters with 1000 skipped keys a message, 1000 a session, and one receiving chain. */
    public static RatchetParameters of(String rootInfo, String messageKeyInfo) {
        return new RatchetParameters(rootInfo, messageKeyInfo, MAX_SKIPPED, MAX_SKIPPED, 1);
    }
}
