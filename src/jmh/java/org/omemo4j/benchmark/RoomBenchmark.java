/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A message to a room by the engine, with a store in memory: the first one, which begins a session with every device, and one that follows. Lists and bundles are there. */
public class RoomBenchmark {
    private static final Omemo2 VERSION = Omemo2.VERSION;
    private static final BareJid ROOM = JidCreate.bareFromOrThrowUnchecked("room@conference.example.org");
    private static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@example.org");

    /** We are one of them. */
    static final int MEMBERS = 100;

    static final int DEVICES_EACH = 3;

    /** That follow on the first one, before sessions without an answer are begun anew. */
    static final int MESSAGES = 50;

    /** All but the one that writes. */
    private static final int READERS = MEMBERS * DEVICES_EACH - 1;

    @Benchmark
    public Encryption.Encrypted first(NobodyWrote room) throws StoreException {
        return room.says();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Encryption.Encrypted following(AllKnowEachOther room) throws StoreException {
        for (int i = 1; i < MESSAGES; i++) {
            room.says();
        }
        return room.says();
    }

    /** Before the first message; again for each. */
    @State(Scope.Thread)
    public static class NobodyWrote extends Room {
        @Setup(Level.Invocation)
        public void forget() throws StoreException {
            open();
        }
    }

    /** After it, and again before so many that sessions without an answer are begun anew. */
    @State(Scope.Thread)
    public static class AllKnowEachOther extends Room {
        @Setup(Level.Invocation)
        public void begin() throws StoreException {
            open();
            says();
        }
    }

    /** A room of which we know all lists and bundles. */
    private abstract static class Room {
        private final SecureRandom random = new SecureRandom();
        private final Set<BareJid> members = new HashSet<>();
        private final Map<DeviceAddress, XmlElement> bundles = new HashMap<>();

        @SuppressWarnings("NullAway.Init") // opened before each use
        private OmemoEngine engine;

        /** Everybody's bundles. */
        Room() {
            members.add(ALICE);
            for (int i = 1; i < MEMBERS; i++) {
                members.add(JidCreate.bareFromOrThrowUnchecked("member" + i + "@example.org"));
            }
            for (BareJid member : members) {
                int devices = member.equals(ALICE) ? DEVICES_EACH - 1 : DEVICES_EACH;
                for (int id = 1; id <= devices; id++) {
                    bundles.put(
                            new DeviceAddress(member, new DeviceId(id)),
                            VERSION.elements().toXml(ForeignBundle.withPreKeys(VERSION.minimumPreKeys(), random)));
                }
            }
        }

        void open() throws StoreException {
            MemoryStore store = new MemoryStore();
            store.lock();
            engine = OmemoEngine.open(
                    store,
                    ALICE,
                    OmemoConfig.defaults().withVersions(List.of(VERSION)),
                    random,
                    InstantSource.system());
            engine.connected();
            engine.setPolicy(ROOM, EncryptionPolicy.REQUIRED);
            engine.noDevices(ALICE, VERSION); // Else our id on the list would be somebody else's.
            Map<BareJid, List<Device>> lists = new HashMap<>();
            lists.put(
                    ALICE,
                    new ArrayList<>(
                            List.of(Device.of(engine.ownDevice().address().device()))));
            bundles.keySet()
                    .forEach(address -> lists.computeIfAbsent(address.jid(), jid -> new ArrayList<>())
                            .add(Device.of(address.device())));
            for (Map.Entry<BareJid, List<Device>> list : lists.entrySet()) {
                engine.deviceList(list.getKey(), VERSION, VERSION.elements().toXml(DeviceList.of(list.getValue())));
            }
            for (Map.Entry<DeviceAddress, XmlElement> bundle : bundles.entrySet()) {
                engine.bundle(bundle.getKey(), VERSION, bundle.getValue());
            }
        }

        Encryption.Encrypted says() throws StoreException {
            Encryption encryption = engine.encrypt(OutgoingMessage.toRoom(
                    ROOM,
                    members,
                    List.of(XmlElement.builder("body", "jabber:client")
                            .text("To be, or not to be, that is the question.")
                            .build()),
                    false));
            if (encryption instanceof Encryption.Encrypted encrypted
                    && encrypted.devices().size() == READERS) {
                return encrypted;
            }
            throw new IllegalStateException("not for all devices: " + encryption);
        }
    }
}
