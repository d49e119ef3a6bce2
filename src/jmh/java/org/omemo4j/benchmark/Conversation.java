/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.StanzaListener;
import org.jivesoftware.smack.chat2.Chat;
import org.jivesoftware.smack.filter.StanzaTypeFilter;

/** Alice writes to Bob, on connections of this JVM through a real server. */
final class Conversation implements AutoCloseable {

    private static final String BODY = "To be, or not to be, that is the question.";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For the mean size of a stanza; padding is random. */
    private static final int SAMPLES = 100;

    private final ChatClient alice;
    private final ChatClient bob;
    private final Chat chat;
    private final Semaphore arrived = new Semaphore(0);
    private String body = BODY;

    private Conversation(ChatClient alice, ChatClient bob) {
        this.alice = alice;
        this.bob = bob;
        this.chat = alice.chatWith(bob.jid());
        bob.listen(text -> arrived.release());
    }

    /** With OMEMO and stores on disk; the session is settled, so that no message carries a key exchange any more. */
    static Conversation encrypted() throws Exception {
        Place place = Place.ofThisJvm();
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("benchmark.directory", ".")), "chat");
        ChatClient bob =
                new ChatClient(place, ChatClient.register(place, "bob"), Optional.of(directory.resolve("bob.db")));
        ChatClient alice =
                new ChatClient(place, ChatClient.register(place, "alice"), Optional.of(directory.resolve("alice.db")));
        if (!bob.omemo().awaitReady(PATIENCE) || !alice.omemo().awaitReady(PATIENCE)) {
            throw new IllegalStateException("the devices were not published");
        }
        Conversation conversation = new Conversation(alice, bob);
        Semaphore answered = new Semaphore(0);
        alice.listen(text -> answered.release());
        conversation.say(1);
        bob.chatWith(alice.jid()).send(BODY);
        await(answered, 1);
        return conversation;
    }

    /** Without OMEMO, each stanza as long as the mean encrypted one. */
    static Conversation plain() throws Exception {
        int wanted;
        try (Conversation encrypted = encrypted()) {
            wanted = encrypted.stanzaSize();
        }
        Place place = Place.ofThisJvm();
        Conversation conversation = new Conversation(
                new ChatClient(place, ChatClient.register(place, "alice"), Optional.empty()),
                new ChatClient(place, ChatClient.register(place, "bob"), Optional.empty()));
        conversation.body = BODY + "x".repeat(wanted - conversation.stanzaSize());
        return conversation;
    }

    /** Sends so many messages and waits until Bob has read them all. */
    int say(int messages) throws Exception {
        for (int i = 0; i < messages; i++) {
            chat.send(body);
        }
        await(arrived, messages);
        return messages;
    }

    @Override
    public void close() {
        alice.close();
        bob.close();
    }

    private int stanzaSize() throws Exception {
        AtomicInteger sum = new AtomicInteger();
        StanzaListener listener =
                stanza -> sum.addAndGet(stanza.toXML("jabber:client").length());
        alice.connection().addStanzaSendingListener(listener, StanzaTypeFilter.MESSAGE);
        say(SAMPLES);
        alice.connection().removeStanzaSendingListener(listener);
        return sum.get() / SAMPLES;
    }

    private static void await(Semaphore arrivals, int count) throws InterruptedException {
        if (!arrivals.tryAcquire(count, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("only " + arrivals.availablePermits() + " of " + count + " messages came");
        }
    }
}
