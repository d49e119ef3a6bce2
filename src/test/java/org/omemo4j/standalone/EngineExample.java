/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.standalone;

import java.security.SecureRandom;
import java.time.InstantSource;
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
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;

/** Two people talk; two maps are their server and their network. */
public final class EngineExample {
    private final Map<Object, XmlElement> server = new HashMap<>();
    private final Map<BareJid, OmemoEngine> engines = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        EngineExample example = new EngineExample();
        OmemoEngine alice = example.start("alice@example.org");
        OmemoEngine bob = example.start("bob@example.org");

        XmlElement encrypted = example.encrypt(alice, bob, "Hello Bob");
        System.out.println("Bob reads: " + example.decrypt(bob, alice, encrypted));
    }

    OmemoEngine start(String jid) throws Exception {
        OmemoStore store = new MemoryStore(); // or SqlStore.open(Path.of("alice.db"))
        store.lock();
        BareJid owner = JidCreate.bareFrom(jid);
        OmemoEngine engine =
                OmemoEngine.open(store, owner, OmemoConfig.defaults(), new SecureRandom(), InstantSource.system());
        engines.put(owner, engine);
        perform(engine, engine.connected()); // publishes the device list and the bundle
        return engine;
    }

    /** What an XMPP client would put into the stanza. */
    XmlElement encrypt(OmemoEngine sender, OmemoEngine recipient, String text) throws StoreException {
        XmlElement body = XmlElement.builder("body", "jabber:client").text(text).build();
        OutgoingMessage message = OutgoingMessage.toContact(jid(recipient), List.of(body), false);
        Encryption result = sender.encrypt(message);
        while (result instanceof Encryption.Missing missing) { // a device list or a bundle: fetch it and ask again
            perform(sender, missing.reaction());
            perform(sender, new Reaction(missing.actions(), List.of()));
            result = sender.encrypt(message);
        }
        if (result instanceof Encryption.Encrypted encrypted) { // the step is in the store: it may leave now
            perform(sender, encrypted.reaction());
            return encrypted.elements().get(0);
        }
        throw new IllegalStateException("It must not leave: " + result);
    }

    String decrypt(OmemoEngine recipient, OmemoEngine sender, XmlElement encrypted) throws StoreException {
        Decryption result = recipient.decrypt(
                new IncomingMessage(jid(sender), jid(recipient), encrypted, Delivery.LIVE, Optional.empty()));
        perform(recipient, result.reaction());
        return result instanceof Decryption.Decrypted message
                ? message.content().get(0).text()
                : result.toString();
    }

    void perform(OmemoEngine engine, Reaction reaction) throws StoreException {
        reaction.events().forEach(event -> System.out.println(jid(engine) + " is told: " + event.sentence()));
        for (Action action : reaction.actions()) {
            perform(engine, action);
        }
    }

    /** What a host does on the network; every result is reported back, and may ask for more. */
    void perform(OmemoEngine engine, Action action) throws StoreException {
        DeviceAddress own = engine.ownDevice().address();
        if (action instanceof Action.PublishDeviceList publish) {
            server.put(List.of(own.jid(), publish.version()), publish.list());
            perform(engine, engine.published(publish));
        } else if (action instanceof Action.PublishBundle publish) {
            server.put(List.of(own, publish.version()), publish.bundle());
            perform(engine, engine.published(publish));
        } else if (action instanceof Action.FetchDeviceList fetch) {
            XmlElement list = server.get(List.of(fetch.jid(), fetch.version()));
            perform(
                    engine,
                    list == null
                            ? engine.noDevices(fetch.jid(), fetch.version())
                            : engine.deviceList(fetch.jid(), fetch.version(), list));
        } else if (action instanceof Action.FetchBundle fetch) {
            XmlElement bundle = server.get(List.of(fetch.address(), fetch.version()));
            perform(
                    engine,
                    bundle == null
                            ? engine.noBundle(fetch.address(), fetch.version())
                            : engine.bundle(fetch.address(), fetch.version(), bundle));
        } else if (action instanceof Action.SendEmptyMessage send) {
            OmemoEngine recipient = engines.get(send.address().jid());
            Encryption empty = engine.emptyMessage(send);
            if (empty instanceof Encryption.Missing missing) { // it begins a new session
                perform(engine, missing.reaction());
                perform(engine, new Reaction(missing.actions(), List.of()));
                empty = engine.emptyMessage(send);
            }
            if (recipient != null && empty instanceof Encryption.Encrypted encrypted) {
                decrypt(recipient, engine, encrypted.elements().get(0));
            }
        }
    }

    private static BareJid jid(OmemoEngine engine) {
        return engine.ownDevice().address().jid();
    }
}
