/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.GeneralSecurityException;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.SkippedMessageKeys;
import org.omemo4j.protocol.Role;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Two devices that answer each other: each direction is a message written in a new chain, and read. */
@State(Scope.Thread)
public class PingPongBenchmark {

    private final Dialogue dialogue = new Dialogue();
    private final SkippedMessageKeys initiatorsSkipped = new SkippedMessageKeys();
    private final SkippedMessageKeys respondersSkipped = new SkippedMessageKeys();
    private RatchetState initiator = dialogue.initiator;
    private RatchetState responder = dialogue.responder;
    private final BarePrimitives primitives = new BarePrimitives();

    @Benchmark
    @OperationsPerInvocation(2)
    public RatchetState library() throws Exception {
        Dialogue.Written ping = dialogue.write(initiator, Role.INITIATOR);
        responder = dialogue.read(responder, ping.content(), Role.INITIATOR, respondersSkipped);
        Dialogue.Written pong = dialogue.write(responder, Role.RESPONDER);
        responder = pong.next();
        initiator = dialogue.read(ping.next(), pong.content(), Role.RESPONDER, initiatorsSkipped);
        return initiator;
    }

    @Benchmark
    public byte[] floor() throws GeneralSecurityException {
        return primitives.pingPong();
    }
}
