/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;

/**
 * Accounts, their PEP nodes and their devices, without a network: what a server would do, done at once. Messages lie in {@link #mail()} until {@link #deliver()}, so that a test may
 * lose, repeat and reorder them.
 */
public final class World {
    /** OMEMO 2 alone: most behaviour has nothing to do with how many versions there are. */
    public static final OmemoConfig CONFIG = OmemoConfig.defaults().withVersions(List.of(Omemo2.VERSION));

    private static final Nodes NODES = Omemo2.VERSION.nodes();

    private final ManualClock clock = new ManualClock();
    private final Map<Item, XmlElement> items = new HashMap<>();
    private final Map<BareJid, FetchProblem> problems = new HashMap<>();
    private final Map<BareJid, List<TestDevice>> devices = new HashMap<>();
    private final Deque<Letter> mail = new ArrayDeque<>();
    private int publications;
    private long seed;

    private record Item(BareJid jid, String node, String id) {}

    /** A message on its way. */
    public record Letter(BareJid from, BareJid to, XmlElement encrypted) {

        /** What is in it, for a test that alters it. */
        public EncryptedMessage message() {
            return World.read(() -> Omemo2.VERSION.elements().encrypted(encrypted));
        }

        /** The same with another message. */
        public Letter with(EncryptedMessage message) {
            return new Letter(from, to, Omemo2.VERSION.elements().toXml(message));
        }

        /** The same with the last byte of each key message altered: none of them authenticates. */
        public Letter spoilt() {
            EncryptedMessage message = message();
            List<EncryptedKey> keys = message.keys().stream().map(World::spoilt).toList();
            return with(new EncryptedMessage(message.sender(), keys, message.payload()));
        }

        /** The same with the payload's last byte altered. */
        public Letter withSpoiltPayload() {
            EncryptedMessage message = message();
            Optional<Payload> payload = message.payload()
                    .map(some -> new Payload(some.iv(), some.ciphertext().map(World::spoilt)));
            return with(new EncryptedMessage(message.sender(), message.keys(), payload));
        }

        /** The same as another device's. */
        public Letter from(DeviceAddress sender) {
            EncryptedMessage message = message();
            return new Letter(sender.jid(), to, encrypted)
                    .with(new EncryptedMessage(sender.device(), message.keys(), message.payload()));
        }
    }

    private static EncryptedKey spoilt(EncryptedKey key) {
        return new EncryptedKey(key.recipient(), key.device(), key.keyExchange(), spoilt(key.content()));
    }

    private static Bytes spoilt(Bytes bytes) {
        byte[] altered = bytes.toByteArray();
        altered[altered.length - 1] ^= 1;
        return Bytes.of(altered);
    }

    /** A world whose randomness follows from the seed. */
    public World(long seed) {
        this.seed = seed;
    }

    public World() {
        this(1);
    }

    public static BareJid jid(String text) {
        return JidCreate.bareFromOrThrowUnchecked(text);
    }

    public ManualClock clock() {
        return clock;
    }

    /** A device that has logged in. */
    public TestDevice device(String jid) {
        return device(jid, new MemoryStore(), CONFIG);
    }

    /** A device that has logged in. */
    public TestDevice device(String jid, OmemoStore store, OmemoConfig config) {
        TestDevice device = new TestDevice(this, jid(jid), store, config, new SeededRandom(seed++));
        devices.computeIfAbsent(jid(jid), key -> new ArrayList<>()).add(device);
        device.login();
        return device;
    }

    /** All devices of all accounts. */
    public List<TestDevice> devices() {
        return devices.values().stream().flatMap(List::stream).toList();
    }

    List<TestDevice> devicesOf(BareJid jid) {
        return devices.getOrDefault(jid, List.of());
    }

    /** From now on this account's nodes cannot be fetched. */
    public void refuse(String jid, FetchProblem problem) {
        problems.put(jid(jid), problem);
    }

    /** They can again. */
    public void allow(String jid) {
        problems.remove(jid(jid));
    }

    public Optional<FetchProblem> problem(BareJid jid) {
        return Optional.ofNullable(problems.get(jid));
    }

    public Optional<XmlElement> item(BareJid jid, String node, String id) {
        return Optional.ofNullable(items.get(new Item(jid, node, id)));
    }

    /** What somebody publishes; nobody is told. */
    public void put(BareJid jid, String node, String id, XmlElement payload) {
        items.put(new Item(jid, node, id), payload);
        publications++;
    }

    /** The device list as it is published; empty without one. */
    public DeviceList deviceList(BareJid jid) {
        return item(jid, NODES.deviceList(), NODES.deviceListItem())
                .map(list -> read(() -> Omemo2.VERSION.elements().deviceList(list)))
                .orElse(DeviceList.EMPTY);
    }

    /** Publishes a device list; nobody is told. */
    public XmlElement putDeviceList(BareJid jid, Device... devices) {
        XmlElement list = Omemo2.VERSION.elements().toXml(DeviceList.of(List.of(devices)));
        put(jid, NODES.deviceList(), NODES.deviceListItem(), list);
        return list;
    }

    /** A bundle as it is published. */
    public Bundle bundle(DeviceAddress address) {
        XmlElement bundle = item(address.jid(), NODES.bundle(address.device()), NODES.bundleItem(address.device()))
                .orElseThrow();
        return read(() -> Omemo2.VERSION.elements().bundle(bundle));
    }

    /** Publishes something as a device's bundle; nobody is told. */
    public void putBundle(DeviceAddress address, XmlElement bundle) {
        put(address.jid(), NODES.bundle(address.device()), NODES.bundleItem(address.device()), bundle);
    }

    /** Takes a device's bundle away. */
    public void removeBundle(DeviceAddress address) {
        remove(address.jid(), NODES.bundle(address.device()), NODES.bundleItem(address.device()));
    }

    private interface Reading<T> {
        T run() throws MalformedMessageException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.run();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    public void remove(BareJid jid, String node, String id) {
        items.remove(new Item(jid, node, id));
    }

    /** How many items were published so far. */
    public int publications() {
        return publications;
    }

    public Deque<Letter> mail() {
        return mail;
    }

    /** Every online device of both accounts gets each message, in order, until nothing is on its way. */
    public void deliver() {
        while (!mail.isEmpty()) {
            Letter letter = mail.removeFirst();
            Set<TestDevice> readers = new LinkedHashSet<>(devicesOf(letter.to()));
            readers.addAll(devicesOf(letter.from()));
            readers.stream().filter(TestDevice::isOnline).forEach(device -> device.read(letter));
        }
    }
}
