/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.StanzaListener;
import org.jivesoftware.smack.filter.StanzaTypeFilter;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.SentMessage;

/** A new member of a {@link FullRoom}, with a new account, and the only one there. */
final class RoomGuest implements AutoCloseable {

    private static final String BODY = "To be, or not to be, that is the question.";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int READERS = RoomBenchmark.MEMBERS * RoomBenchmark.DEVICES_EACH;

    private final Place place;
    private final FullRoom room;
    private final ChatClient client;
    private final MultiUserChat chat;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private String body = BODY;

    private RoomGuest(Place place, ChatClient client) throws Exception {
        this.place = place;
        this.client = client;
        room = FullRoom.ofThisJvm();
        chat = room.seenBy(client);
        room.admit(place, client.jid());
        chat.addMessageListener(message -> message.getBodies().forEach(text -> heard.add(text.getMessage())));
        chat.join(chat.getEnterConfigurationBuilder(Resourcepart.from("guest"))
                .requestNoHistory()
                .build());
    }

    /** With OMEMO and a store on disk.  Its own device is published; of the members it knows only what the room tells whom it lets in. */
    static Encrypted encrypted() throws Exception {
        Place place = Place.ofThisJvm();
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("benchmark.directory", ".")), "room");
        ChatClient client =
                new ChatClient(place, ChatClient.register(place, "guest"), Optional.of(directory.resolve("guest.db")));
        if (!client.omemo().awaitReady(PATIENCE)) {
            throw new IllegalStateException("the device was not published");
        }
        return new Encrypted(new RoomGuest(place, client));
    }

    /** Without OMEMO. */
    static RoomGuest plain() throws Exception {
        Place place = Place.ofThisJvm();
        return new RoomGuest(place, new ChatClient(place, ChatClient.register(place, "guest"), Optional.empty()));
    }

    /** Without OMEMO, its stanza as long as an encrypted one. */
    static RoomGuest padded() throws Exception {
        int wanted;
        try (Encrypted encrypted = encrypted()) {
            encrypted.saysFirst();
            wanted = encrypted.guest.stanzaSize(encrypted::says);
        }
        RoomGuest guest = plain();
        guest.body = BODY + "x".repeat(wanted - guest.stanzaSize(guest::says));
        return guest;
    }

    /** Sends a message and waits until it comes back. */
    String says() throws Exception {
        chat.sendMessage(body);
        @Nullable String text = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!body.equals(text)) {
            throw new IllegalStateException("not what was sent came back: " + text);
        }
        return text;
    }

    /** Asks at once for all that a first message needs, and waits for the answers, of which it reads nothing. */
    int asksForKeys() throws Exception {
        List<IQ> requests = new ArrayList<>();
        for (EntityBareJid member : room.members()) {
            requests.add(KeyRequests.deviceList(member, Omemo2.VERSION));
            requests.add(KeyRequests.deviceList(member, Axolotl.VERSION));
            for (DeviceId device : FullRoom.devices()) {
                requests.add(KeyRequests.bundle(member, device));
            }
        }
        Semaphore found = new Semaphore(0);
        Semaphore answered = new Semaphore(0);
        for (IQ request : requests) {
            client.connection()
                    .sendIqRequestAsync(request)
                    .onSuccess(answer -> {
                        found.release();
                        answered.release();
                    })
                    .onError(e -> answered.release());
        }
        boolean all = answered.tryAcquire(requests.size(), PATIENCE.toSeconds(), TimeUnit.SECONDS);
        int listsAndBundles = RoomBenchmark.MEMBERS + READERS;
        if (!all || found.availablePermits() != listsAndBundles) {
            throw new IllegalStateException(
                    found.availablePermits() + " instead of " + listsAndBundles + " lists and bundles came");
        }
        return listsAndBundles;
    }

    @Override
    public void close() throws Exception {
        client.close();
        room.dismiss(place, client.jid());
    }

    /** One that writes with OMEMO. */
    static final class Encrypted implements AutoCloseable {
        private final RoomGuest guest;
        private final BlockingQueue<Optional<SentMessage>> outcomes = new LinkedBlockingQueue<>();

        private Encrypted(RoomGuest guest) {
            this.guest = guest;
            guest.client.omemo().addOmemoListener(new OmemoListener() {
                @Override
                public void onSent(SentMessage message) {
                    outcomes.add(Optional.of(message));
                }

                @Override
                public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                    outcomes.add(Optional.empty());
                }
            });
        }

        /** From the decision to encrypt. */
        String saysFirst() throws Exception {
            guest.client.omemo().setPolicy(guest.room.jid(), EncryptionPolicy.REQUIRED);
            return says();
        }

        /** Sends a message that every device of every member can read, and waits until it comes back and was told as sent. */
        String says() throws Exception {
            String text = guest.says();
            @Nullable Optional<SentMessage> sent = outcomes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (sent == null || sent.map(message -> message.devices().size()).orElse(0) != READERS) {
                throw new IllegalStateException("not sent to all devices: " + sent);
            }
            return text;
        }

        @Override
        public void close() throws Exception {
            guest.close();
        }
    }

    /** Something that is said. */
    private interface Saying {
        String say() throws Exception;
    }

    private int stanzaSize(Saying saying) throws Exception {
        AtomicInteger size = new AtomicInteger();
        StanzaListener listener =
                stanza -> size.set(stanza.toXML("jabber:client").length());
        client.connection().addStanzaSendingListener(listener, StanzaTypeFilter.MESSAGE);
        saying.say();
        client.connection().removeStanzaSendingListener(listener);
        return size.get();
    }
}
