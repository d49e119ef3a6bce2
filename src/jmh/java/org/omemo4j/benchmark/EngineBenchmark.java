/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.X3dh;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A whole message by the engine, with a store in memory: envelope, payload, one key for each device, the sessions' next rows, the
 * commit, the element.  For the most devices that two accounts can list.
 */
@State(Scope.Thread)
public class EngineBenchmark {

    private static final Omemo2 VERSION = Omemo2.VERSION;
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@example.org");
    private static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@example.org");
    /** The list of the contact, and ours less this device. */
    static final int DEVICES = 2 * DeviceList.MAX_DEVICES - 1;

    private final SecureRandom random = new SecureRandom();
    private final OutgoingMessage message = OutgoingMessage.toContact(
            BOB,
            List.of(XmlElement.builder("body", "jabber:client")
                    .text("To be, or not to be, that is the question.")
                    .build()),
            false);
    private final OmemoEngine engine;
    private final BarePrimitives primitives = new BarePrimitives();

    /** All sessions have begun. */
    public EngineBenchmark() {
        try {
            MemoryStore store = new MemoryStore();
            store.lock();
            engine = OmemoEngine.open(
                    store,
                    ALICE,
                    OmemoConfig.defaults().withVersions(List.of(VERSION)),
                    random,
                    InstantSource.system());
            engine.connected();
            engine.noDevices(ALICE, VERSION); // Else our id on the list would be somebody else's.
            publish(BOB, List.of());
            publish(ALICE, List.of(engine.ownDevice().address().device()));
            library();
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    @OperationsPerInvocation(DEVICES)
    public Encryption.Encrypted library() throws StoreException {
        Encryption encryption = engine.encrypt(message);
        if (encryption instanceof Encryption.Encrypted encrypted
                && encrypted.devices().size() == DEVICES) {
            return encrypted;
        }
        throw new IllegalStateException("not for all devices: " + encryption);
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

    /** Gives an account as many devices as a list holds. */
    private void publish(BareJid jid, List<DeviceId> present) throws StoreException {
        List<DeviceId> others = IntStream.rangeClosed(1, DeviceList.MAX_DEVICES - present.size())
                .mapToObj(DeviceId::new)
                .toList();
        List<DeviceId> all = new ArrayList<>(present);
        all.addAll(others);
        engine.deviceList(
                jid,
                VERSION,
                VERSION.elements()
                        .toXml(DeviceList.of(all.stream().map(Device::of).toList())));
        for (DeviceId device : others) {
            engine.bundle(
                    new DeviceAddress(jid, device), VERSION, VERSION.elements().toXml(bundle()));
        }
    }

    private Bundle bundle() {
        IdentityKeyPair identity = IdentityKeyPair.generate(random);
        List<PreKey> preKeys = IntStream.rangeClosed(1, VERSION.minimumPreKeys())
                .mapToObj(id -> new PreKey(id, X25519KeyPair.generate(random).publicKey()))
                .toList();
        return new Bundle(
                identity.publicKey(),
                new X3dh(VERSION.x3dh())
                        .sign(identity, 1, X25519KeyPair.generate(random), random)
                        .signedPreKey(),
                preKeys);
    }
}
