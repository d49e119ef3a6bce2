/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.GeneralSecurityException;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.SkippedMessageKeys;
import org.omemo4j.protocol.Role;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A thousand messages of one chain, read in the order in which they were written, or the last one first. */
@State(Scope.Thread)
public class ChainBenchmark {

    private static final int MESSAGES = 1000;

    private final Dialogue dialogue = new Dialogue();
    private final Bytes[] messages = new Bytes[MESSAGES];
    private final RatchetState reader;
    private final BarePrimitives primitives = new BarePrimitives();

    /** The chain is open: its first message was read. */
    public ChainBenchmark() {
        try {
            Dialogue.Written written = dialogue.write(dialogue.initiator, Role.INITIATOR);
            reader = dialogue.read(dialogue.responder, written.content(), Role.INITIATOR, new SkippedMessageKeys());
            for (int i = 0; i < MESSAGES; i++) {
                written = dialogue.write(written.next(), Role.INITIATOR);
                messages[i] = written.content();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public RatchetState inOrder() throws Exception {
        RatchetState state = reader;
        SkippedMessageKeys skipped = new SkippedMessageKeys();
        for (int i = 0; i < MESSAGES; i++) {
            state = dialogue.read(state, messages[i], Role.INITIATOR, skipped);
        }
        return state;
    }

    /** The first one skips 999 keys; each other one takes one of them. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public RatchetState outOfOrder() throws Exception {
        RatchetState state = reader;
        SkippedMessageKeys skipped = new SkippedMessageKeys();
        for (int i = MESSAGES - 1; i >= 0; i--) {
            state = dialogue.read(state, messages[i], Role.INITIATOR, skipped);
        }
        return state;
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int floor() throws GeneralSecurityException {
        int sum = 0;
        for (int i = 0; i < MESSAGES; i++) {
            sum += primitives.readKeyMessage()[0];
        }
        return sum;
    }
}
