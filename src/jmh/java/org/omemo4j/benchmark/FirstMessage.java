/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;

/**
 * A program that starts, logs in and sends one message, whose body is the time at which it started, in microseconds.  Arguments: our
 * JID, theirs, and the store's file for OMEMO.  Says on standard output what it reads; ends when standard input does.
 */
public final class FirstMessage {

    private FirstMessage() {}

    /** Says when it began to connect: what lies before, is start-up and not delivery. */
    public static void main(String[] arguments) throws Exception {
        EntityBareJid own = JidCreate.entityBareFrom(arguments[0]);
        EntityBareJid other = JidCreate.entityBareFrom(arguments[1]);
        Optional<Path> store = arguments.length > 2 ? Optional.of(Path.of(arguments[2])) : Optional.empty();
        try (ChatClient client = new ChatClient(Place.ofThisJvm(), own, store)) {
            client.chatWith(other).send(Long.toString(client.connecting()));
            client.listen(System.out::println);
            while (System.in.read() >= 0) {
                // Nothing is said that counts.
            }
        }
    }

    static long microseconds() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
