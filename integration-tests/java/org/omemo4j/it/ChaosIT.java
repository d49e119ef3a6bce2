/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;

/** Three people with five devices, each behind a network of its own that is as bad as a network can be. {@code -Dchaos.seed} and {@code -Dchaos.messages} choose another run. */
@OnServer
class ChaosIT {
    private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());
    private static final int MESSAGES = Integer.getInteger("chaos.messages", 2000);

    /** What a device has sent and not all have read. Smack can block for good if its queue is full. */
    private static final int ON_THE_WAY = 20;

    /**
     * What a device has sent more than each other one that still has something to send. A device that catches up answers nothing but by messages of its own; who has sent it 212 without an
     * answer takes it for gone.
     */
    private static final int AHEAD = 50;

    private static final long PAUSE_NANOS = 3_000_000;
    private static final int PROGRESS = 200;

    /** In every text, and nowhere else. */
    private final String mark = World.unique("chaos");

    private final List<ChaosProxy> proxies = new ArrayList<>();
    private final List<ChaosDevice> devices = new ArrayList<>();
    private final Map<String, Unread> unread = new ConcurrentHashMap<>();
    private final AtomicInteger read = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();

    /** How many messages each device still has to send. */
    private final Map<ChaosDevice, Integer> toSend = new ConcurrentHashMap<>();

    private int swappedByServer;

    /** From a device to an account, in order. */
    private record Conversation(String from, String to) {}

    /** A text that so many devices have not read, and the place that it takes until then. */
    private record Unread(AtomicInteger devices, Semaphore place) {}

    @Test
    void everythingReadsExactlyOnceAndInOrderOnEveryDevice(World world) {
        System.out.println("ChaosIT: seed " + SEED + ", " + MESSAGES + " messages");
        try {
            run(world);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "With -Dchaos.seed=" + SEED + " -Dchaos.messages=" + MESSAGES + ", all stanzas in " + writeStanzas()
                            + ":\n" + state(),
                    e);
        }
    }

    private void run(World world) {
        for (String name : List.of("alice", "bob", "carol")) {
            Account account = world.account(name);
            for (int device = 0; device < (name.equals("carol") ? 1 : 2); device++) {
                add(world, account);
            }
        }
        List<Client> people =
                Stream.of(0, 2, 4).map(i -> devices.get(i).client()).toList();
        world.befriend(people.get(0), people.get(1));
        world.befriend(people.get(0), people.get(2));
        world.befriend(people.get(1), people.get(2));
        devices.forEach(ChaosDevice::start);
        Await.until(this::state, () -> devices.stream().allMatch(ChaosDevice::isSettled));

        proxies.forEach(proxy -> proxy.storm(true));
        Map<Conversation, List<String>> texts = send();
        proxies.forEach(proxy -> proxy.storm(false));
        awaitEverything();

        System.out.println("ChaosIT: " + state());
        for (ChaosDevice device : devices) {
            assertThat(device.faults()).as("faults at %s", device.jid()).isEmpty();
            assertThat(device.client().outcomes().of(Outcomes.Undecryptable.class))
                    .isEmpty();
            assertThat(device.client().outcomes().of(Outcomes.SendFailed.class)).isEmpty();
            texts.forEach((conversation, wanted) ->
                    assertShown(device, conversation, isReadBy(conversation, device) ? wanted : List.of()));
            assertThat(device.client().wire().raw()).doesNotContain(mark, "<body");
        }
        System.out.println("ChaosIT: pairs that the server itself swapped: " + swappedByServer);
        if (!TestServer.isEjabberd()) {
            assertThat(swappedByServer).isZero();
        }
        assertThat(world.files().holding(mark)).isEmpty();
        assertItStormed();
    }

    private void add(World world, Account account) {
        ChaosProxy proxy = new ChaosProxy(world.server().endpoint(), SEED + devices.size());
        proxies.add(proxy);
        world.closeLater(proxy);
        Client client = world.client(account)
                .at(proxy.endpoint())
                .withoutPresence()
                .readingAllStrangers()
                .open();
        client.becomeAvailable(0);
        ChaosDevice device = new ChaosDevice(client, this::shown);
        world.closeLater(device);
        devices.add(device);
    }

    /** Each device at once, and none too fast. */
    private Map<Conversation, List<String>> send() {
        Random random = new Random(SEED);
        List<EntityBareJid> accounts =
                devices.stream().map(ChaosDevice::jid).distinct().toList();
        Map<ChaosDevice, List<EntityBareJid>> plan = new LinkedHashMap<>();
        for (int i = 0; i < MESSAGES; i++) {
            ChaosDevice from = devices.get(random.nextInt(devices.size()));
            List<EntityBareJid> others =
                    accounts.stream().filter(jid -> !jid.equals(from.jid())).toList();
            plan.computeIfAbsent(from, unused -> new ArrayList<>()).add(others.get(random.nextInt(others.size())));
        }
        Map<Conversation, List<String>> texts = new ConcurrentHashMap<>();
        List<Thread> senders = new ArrayList<>();
        plan.forEach((device, receivers) -> toSend.put(device, receivers.size()));
        plan.forEach((device, receivers) -> {
            Thread sender = new Thread(() -> send(device, receivers, texts), "sender of " + device.jid());
            senders.add(sender);
            sender.start();
        });
        try {
            for (Thread sender : senders) {
                awaitProgress(() -> !sender.isAlive());
            }
        } finally {
            senders.forEach(Thread::interrupt);
        }
        return texts;
    }

    private void send(ChaosDevice device, List<EntityBareJid> receivers, Map<Conversation, List<String>> texts) {
        String from = device.client().connection().getUser().toString();
        Semaphore place = new Semaphore(ON_THE_WAY);
        try {
            for (int i = 0; i < receivers.size(); i++) {
                String to = receivers.get(i).toString();
                String text = mark + " " + devices.indexOf(device) + "/" + i;
                place.acquire();
                awaitOthers(device);
                Conversation conversation = new Conversation(from, to);
                long readers = devices.stream()
                        .filter(reader -> isReadBy(conversation, reader))
                        .count();
                unread.put(text, new Unread(new AtomicInteger((int) readers), place));
                texts.computeIfAbsent(conversation, unused -> new ArrayList<>()).add(text);
                device.send(receivers.get(i), text);
                toSend.merge(device, -1, Integer::sum);
                if (sent.incrementAndGet() % PROGRESS == 0) {
                    System.out.println("ChaosIT: " + state());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All have about as much to send, and so be done at about the same time. */
    private void awaitOthers(ChaosDevice device) throws InterruptedException {
        while (toSend.values().stream().anyMatch(left -> left > toSend.getOrDefault(device, 0) + AHEAD)) {
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void shown(Timeline.Entry entry) {
        read.incrementAndGet();
        String text = entry.text().orElseThrow();
        Unread open = unread.get(text);
        if (open != null && open.devices().decrementAndGet() == 0) {
            open.place().release();
        }
    }

    private void awaitEverything() {
        awaitProgress(() -> sent.get() == MESSAGES
                && unread.values().stream().allMatch(open -> open.devices().get() <= 0)
                && devices.stream().allMatch(ChaosDevice::isSettled));
        devices.forEach(device -> device.client().awaitSent());
        devices.forEach(device -> assertThat(device.client().isAlive()).isTrue());
    }

    private void awaitProgress(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            int before = read.get();
            Await.until(this::state, () -> read.get() > before || done.getAsBoolean());
        }
    }

    /**
     * Each text once, and none before an earlier one, unless the server itself sends them so: what still waits for a device while it resumes its stream, ejabberd 23.01 delivers anew, and so
     * behind what comes meanwhile; and its archive may tell of a later message when it has not got the earlier one yet.
     */
    private void assertShown(ChaosDevice device, Conversation conversation, List<String> wanted) {
        String where = conversation + " at " + device.client().connection().getUser();
        List<Timeline.Entry> shown = device.timeline().stream()
                .filter(entry ->
                        entry.from().equals(conversation.from()) && entry.to().equals(conversation.to()))
                .toList();
        assertThat(shown)
                .extracting(entry -> entry.text().orElseThrow())
                .as(where)
                .containsExactlyInAnyOrderElementsOf(wanted);
        List<String> sentByServer = proxies.get(devices.indexOf(device)).sentByServer();
        Set<String> leftOut = device.leftOutByArchive();
        for (int i = 0; i < shown.size(); i++) {
            for (int j = i + 1; j < shown.size(); j++) {
                Timeline.Entry first = shown.get(i);
                Timeline.Entry second = shown.get(j);
                if (wanted.indexOf(first.text().orElseThrow())
                        > wanted.indexOf(second.text().orElseThrow())) {
                    swappedByServer++;
                    if (!leftOut.contains(second.id())) {
                        assertThat(sentByServer.indexOf(first.id()))
                                .as("%s: %s before %s", where, first.text(), second.text())
                                .isLessThan(sentByServer.indexOf(second.id()));
                    }
                }
            }
        }
    }

    /** By the devices of the receiver, and by the sender's others. */
    private static boolean isReadBy(Conversation conversation, ChaosDevice device) {
        String own = device.jid().toString();
        boolean sends = device.client().connection().getUser().toString().equals(conversation.from());
        return !sends && (own.equals(conversation.to()) || conversation.from().startsWith(own + "/"));
    }

    private void assertItStormed() {
        if (MESSAGES < 1000) {
            return; // may be too few
        }
        for (ChaosWeather.Fate fate : ChaosWeather.Fate.values()) {
            assertThat(proxies.stream().mapToInt(proxy -> proxy.count(fate)).sum())
                    .as("stanzas that met %s", fate)
                    .isPositive();
        }
        assertThat(proxies.stream().mapToInt(ChaosProxy::resumed).sum()).isPositive();
        assertThat(proxies.stream().mapToInt(ChaosProxy::overtakings).sum()).isPositive();
        assertThat(devices.stream().mapToInt(ChaosDevice::freshLogins).sum()).isPositive();
        assertThat(proxies).allSatisfy(proxy -> assertThat(proxy.faults()).isEmpty());
    }

    /** A file for each device. */
    private Path writeStanzas() {
        Path directory = TestServer.scratch("chaos");
        try {
            for (ChaosDevice device : devices) {
                Client client = device.client();
                List<String> lines = client.wire().lines().stream()
                        .map(line -> line.number() + " " + line.direction() + " " + line.xml())
                        .toList();
                Files.write(directory.resolve(client.account().name() + "-" + client.deviceId()), lines);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String state() {
        Map<ChaosWeather.Fate, Integer> fates = new EnumMap<>(ChaosWeather.Fate.class);
        for (ChaosWeather.Fate fate : ChaosWeather.Fate.values()) {
            fates.put(
                    fate, proxies.stream().mapToInt(proxy -> proxy.count(fate)).sum());
        }
        StringBuilder text = new StringBuilder(sent + " of " + MESSAGES + " sent, " + read + " read; stanzas " + fates
                + ", overtaken indeed "
                + proxies.stream().mapToInt(ChaosProxy::overtakings).sum() + "; resumed "
                + proxies.stream().mapToInt(ChaosProxy::resumed).sum());
        for (int i = 0; i < devices.size(); i++) {
            ChaosDevice device = devices.get(i);
            text.append("\n  ")
                    .append(device.client().connection().getUser())
                    .append(device.isSettled() ? "" : " (not settled)")
                    .append(": ")
                    .append(device.freshLogins())
                    .append(" fresh logins, ")
                    .append(device.client()
                            .outcomes()
                            .of(Outcomes.Duplicate.class)
                            .size())
                    .append(" duplicates, undecryptable ")
                    .append(device.client().outcomes().of(Outcomes.Undecryptable.class).stream()
                            .collect(Collectors.groupingBy(Outcomes.Undecryptable::reason, Collectors.counting())))
                    .append(", sends failed ")
                    .append(device.client()
                            .outcomes()
                            .of(Outcomes.SendFailed.class)
                            .size())
                    .append(", ")
                    .append(device.troubles())
                    .append(" ")
                    .append(proxies.get(i).faults())
                    .append(device.faults());
        }
        unread.entrySet().stream()
                .filter(open -> open.getValue().devices().get() > 0)
                .limit(5)
                .forEach(open -> text.append("\n  not read by ")
                        .append(open.getValue().devices())
                        .append(": ")
                        .append(open.getKey()));
        return text.toString();
    }
}
