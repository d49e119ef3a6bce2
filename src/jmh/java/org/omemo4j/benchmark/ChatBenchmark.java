/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A hundred chat messages through a real server, from the first send to the last one read. */
public class ChatBenchmark {

    private static final int MESSAGES = 100;

    /** Two clients with OMEMO and stores on disk. */
    @State(Scope.Benchmark)
    public static class Encrypted {
        private final Conversation conversation = open(Conversation::encrypted);

        /** Leaves the server. */
        @TearDown
        public void close() {
            conversation.close();
        }
    }

    /** Two clients without OMEMO. */
    @State(Scope.Benchmark)
    public static class Plain {
        private final Conversation conversation = open(Conversation::plain);

        /** Leaves the server. */
        @TearDown
        public void close() {
            conversation.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int encrypted(Encrypted state) throws Exception {
        return state.conversation.say(MESSAGES);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int plain(Plain state) throws Exception {
        return state.conversation.say(MESSAGES);
    }

    private static Conversation open(Callable<Conversation> conversation) {
        try {
            return conversation.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
