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
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;

/**
 * Accounts, their PEP nodes and their devices, without a network: what a server would do, done at once. Messages lie in {@link #mail()} until {@link #deliver()}, so that a test may
 * lose, repeat and reorder them.
 */
public final class World {
    private final ManualClock clock = new ManualClock();
    private final Map<Item, XmlElement> items = new HashMap<>();
    private final Map<BareJid, FetchProblem> problems = new HashMap<>();
    private final Map<BareJid, List<TestDevice>> devices = new HashMap<>();
    private final Deque<Letter> mail = new ArrayDeque<>();
    private int publications;
    private long seed;

    private record Item(BareJid jid, String node, String id) {}

    /** A message on its way. */
    public record Letter(BareJid from, BareJid to, XmlElement encrypted) {}

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
        return device(jid, new MemoryStore(), OmemoConfig.defaults());
    }

    /** A device that has logged in. */
    public TestDevice device(String jid, OmemoStore store, OmemoConfig config) {
        TestDevice device = new TestDevice(this, jid(jid), store, config, new SeededRandom(seed++));
        devices.computeIfAbsent(jid(jid), key -> new ArrayList<>()).add(device);
        device.login();
        return device;
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

    Optional<FetchProblem> problem(BareJid jid) {
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
