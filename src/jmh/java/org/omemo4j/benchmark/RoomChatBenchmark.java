/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A message to a room through a real server, until it comes back: the first one, for which all lists and bundles are fetched and a session begins with every device, and one that follows. */
public class RoomChatBenchmark {

    /** Just let in, with an empty store; again for each message. */
    @State(Scope.Thread)
    public static class Newcomer {
        @SuppressWarnings("NullAway.Init") // let in before each use
        private RoomGuest.Encrypted guest;

        /** Enters the room. */
        @Setup(Level.Invocation)
        public void enter() throws Exception {
            guest = RoomGuest.encrypted();
        }

        /** Is no member any more. */
        @TearDown(Level.Invocation)
        public void close() throws Exception {
            guest.close();
        }
    }

    /** After the first message, and again before so many that sessions without an answer are begun anew. */
    @State(Scope.Thread)
    public static class Speaker {
        @SuppressWarnings("NullAway.Init") // let in before each use
        private RoomGuest.Encrypted guest;

        /** Enters the room and says the first one. */
        @Setup(Level.Invocation)
        public void begin() throws Exception {
            guest = RoomGuest.encrypted();
            guest.saysFirst();
        }

        /** Is no member any more. */
        @TearDown(Level.Invocation)
        public void close() throws Exception {
            guest.close();
        }
    }

    /** Without OMEMO. */
    @State(Scope.Thread)
    public static class PlainSpeaker {
        private final RoomGuest guest = open(RoomGuest::padded);

        /** Is no member any more. */
        @TearDown
        public void close() throws Exception {
            guest.close();
        }
    }

    /** Without OMEMO, asking for keys all the same. */
    @State(Scope.Thread)
    public static class Asker {
        private final RoomGuest guest = open(RoomGuest::plain);

        /** Is no member any more. */
        @TearDown
        public void close() throws Exception {
            guest.close();
        }
    }

    @Benchmark
    public String first(Newcomer state) throws Exception {
        return state.guest.saysFirst();
    }

    @Benchmark
    public int firstFloor(Asker state) throws Exception {
        return state.guest.asksForKeys();
    }

    @Benchmark
    @OperationsPerInvocation(RoomBenchmark.MESSAGES)
    public String following(Speaker state) throws Exception {
        for (int i = 1; i < RoomBenchmark.MESSAGES; i++) {
            state.guest.says();
        }
        return state.guest.says();
    }

    @Benchmark
    public String followingFloor(PlainSpeaker state) throws Exception {
        return state.guest.says();
    }

    private static <T> T open(Callable<T> guest) {
        try {
            return guest.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
