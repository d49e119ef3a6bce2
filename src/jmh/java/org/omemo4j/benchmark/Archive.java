/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.IncomingMessage;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.engine.Reaction;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;

/** What an archive holds for one device: messages of many senders, taking turns, in sessions that have begun. Two maps are the network. */
final class Archive {

    static final int DEVICES = 20;
    static final int MESSAGES = 10_000;

    private static final Omemo2 VERSION = Omemo2.VERSION;

    private final BareJid reader = JidCreate.bareFromOrThrowUnchecked("alice@example.org");
    private final SecureRandom random = new SecureRandom();
    private final Map<Object, XmlElement> published = new HashMap<>();
    private final Map<BareJid, OmemoEngine> engines = new HashMap<>();
    private final List<IncomingMessage> messages = new ArrayList<>(MESSAGES);

    /** @param store of the reader, empty and locked; then it knows all senders, and has read none of the messages. */
    Archive(OmemoStore store) throws StoreException {
        OmemoEngine alice = start(reader, store);
        List<OmemoEngine> senders = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            MemoryStore ofSender = new MemoryStore();
            ofSender.lock();
            senders.add(start(JidCreate.bareFromOrThrowUnchecked("bob" + i + "@example.org"), ofSender));
        }
        for (OmemoEngine sender : senders) {
            read(alice, send(sender, "the first one"));
            perform(alice, alice.maintain()); // publishes her bundle: the next one shall not draw the used prekey
        }
        for (int i = 0; i < MESSAGES; i++) {
            messages.add(send(senders.get(i % DEVICES), "To be, or not to be, that is question number " + i + "."));
        }
    }

    /** The reader's engine on a store in this state. */
    OmemoEngine open(OmemoStore store) throws StoreException {
        return OmemoEngine.open(store, reader, config(), random, InstantSource.system());
    }

    /** All of it; how many bodies there were. */
    int read(OmemoEngine engine) throws StoreException {
        int read = 0;
        for (IncomingMessage message : messages) {
            read += engine.decrypt(message) instanceof Decryption.Decrypted ? 1 : 0;
        }
        if (read != MESSAGES) {
            throw new IllegalStateException("only " + read + " messages read");
        }
        return read;
    }

    private static OmemoConfig config() {
        return OmemoConfig.defaults().withVersions(List.of(VERSION));
    }

    private OmemoEngine start(BareJid jid, OmemoStore store) throws StoreException {
        OmemoEngine engine = OmemoEngine.open(store, jid, config(), random, InstantSource.system());
        engines.put(jid, engine);
        perform(engine, engine.connected());
        perform(engine, engine.caughtUp());
        return engine;
    }

    private IncomingMessage send(OmemoEngine sender, String text) throws StoreException {
        XmlElement body = XmlElement.builder("body", "jabber:client").text(text).build();
        OutgoingMessage message = OutgoingMessage.toContact(reader, List.of(body), false);
        Encryption result = sender.encrypt(message);
        while (result instanceof Encryption.Missing missing) {
            perform(sender, missing.reaction());
            perform(sender, new Reaction(missing.actions(), List.of()));
            result = sender.encrypt(message);
        }
        return incoming(sender, reader, (Encryption.Encrypted) result, Delivery.ARCHIVE);
    }

    private static IncomingMessage incoming(
            OmemoEngine sender, BareJid to, Encryption.Encrypted encrypted, Delivery delivery) {
        BareJid from = sender.ownDevice().address().jid();
        return new IncomingMessage(from, to, encrypted.elements().get(0), delivery, Optional.empty());
    }

    /** With its answer, so that the session is complete. */
    private void read(OmemoEngine engine, IncomingMessage message) throws StoreException {
        perform(
                engine,
                engine.decrypt(new IncomingMessage(
                                message.author(),
                                message.recipient(),
                                message.groupChat(),
                                message.encrypted(),
                                Delivery.LIVE,
                                Optional.empty()))
                        .reaction());
    }

    private void perform(OmemoEngine engine, Reaction reaction) throws StoreException {
        for (Action action : reaction.actions()) {
            perform(engine, action);
        }
    }

    private void perform(OmemoEngine engine, Action action) throws StoreException {
        DeviceAddress own = engine.ownDevice().address();
        if (action instanceof Action.PublishDeviceList publish) {
            published.put(own.jid(), publish.list());
            perform(engine, engine.published(publish));
        } else if (action instanceof Action.PublishBundle publish) {
            published.put(own, publish.bundle());
            perform(engine, engine.published(publish));
        } else if (action instanceof Action.FetchDeviceList fetch) {
            XmlElement list = published.get(fetch.jid());
            perform(
                    engine,
                    list == null
                            ? engine.noDevices(fetch.jid(), VERSION)
                            : engine.deviceList(fetch.jid(), VERSION, list));
        } else if (action instanceof Action.FetchBundle fetch) {
            XmlElement bundle = published.get(fetch.address());
            perform(
                    engine,
                    bundle == null
                            ? engine.noBundle(fetch.address(), VERSION)
                            : engine.bundle(fetch.address(), VERSION, bundle));
        } else if (action instanceof Action.SendEmptyMessage send
                && engine.emptyMessage(send) instanceof Encryption.Encrypted empty) {
            BareJid to = send.address().jid();
            OmemoEngine receiver = engines.get(to);
            if (receiver != null) {
                read(receiver, incoming(engine, to, empty, Delivery.LIVE));
            }
        }
    }
}
