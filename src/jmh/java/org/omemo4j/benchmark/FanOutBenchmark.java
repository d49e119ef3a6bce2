/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.GeneralSecurityException;
import java.util.stream.IntStream;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.protocol.Role;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One message's key for a thousand devices, in memory. */
@State(Scope.Thread)
public class FanOutBenchmark {

    private static final int DEVICES = 1000;

    private final Dialogue[] dialogues =
            IntStream.range(0, DEVICES).mapToObj(i -> new Dialogue()).toArray(Dialogue[]::new);
    private final RatchetState[] states =
            IntStream.range(0, DEVICES).mapToObj(i -> dialogues[i].initiator).toArray(RatchetState[]::new);
    private final BarePrimitives primitives = new BarePrimitives();

    @Benchmark
    @OperationsPerInvocation(DEVICES)
    public Bytes[] library() {
        Bytes[] contents = new Bytes[DEVICES];
        for (int i = 0; i < DEVICES; i++) {
            Dialogue.Written written = dialogues[i].write(states[i], Role.INITIATOR);
            states[i] = written.next();
            contents[i] = written.content();
        }
        return contents;
    }

    @Benchmark
    @OperationsPerInvocation(DEVICES)
    public byte[][] floor() throws GeneralSecurityException {
        byte[][] contents = new byte[DEVICES][];
        for (int i = 0; i < DEVICES; i++) {
            contents[i] = primitives.writeKeyMessage();
        }
        return contents;
    }
}
