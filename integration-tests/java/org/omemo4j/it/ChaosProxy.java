/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The network of one device: late, lossy, repeating and reordering stanzas, and cutting connections, as its weather says. What client and server confirm to each other (XEP-0198) is
 * put into the other's words, so that both see a bad network and no broken stream.
 */
final class ChaosProxy implements Relay.Rules, AutoCloseable {
    private final Relay relay;
    private final ChaosWeather fromClient;
    private final ChaosWeather fromServer;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "chaos");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> faults = new ArrayList<>();

    /** Ids of messages in the order in which the server first sent them, in whatever wrapping. */
    private final Set<String> sentByServer = new LinkedHashSet<>();

    private Optional<ChaosLine> current = Optional.empty();
    private HandedStanzas stream = new HandedStanzas();
    private int resumed;
    private int overtakings;
    private int forgotten;
    private boolean serverHasHalf;

    ChaosProxy(ClientBuilder.Endpoint server, long seed) {
        fromClient = new ChaosWeather(seed);
        fromServer = new ChaosWeather(~seed);
        relay = Relay.before(server, this);
    }

    ClientBuilder.Endpoint endpoint() {
        return relay.endpoint();
    }

    /** @param on or calm again. */
    void storm(boolean on) {
        fromClient.storm(on);
        fromServer.storm(on);
    }

    /** How often this happened to a stanza. */
    int count(ChaosWeather.Fate fate) {
        return fromClient.count(fate) + fromServer.count(fate);
    }

    /** How many streams went on after a cut. */
    synchronized int resumed() {
        return resumed;
    }

    /** How many messages came before one that the server had sent first. */
    synchronized int overtakings() {
        return overtakings;
    }

    /** How many could not, as the server had forgotten them. */
    synchronized int forgotten() {
        return forgotten;
    }

    /** What the proxy itself did wrong. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    ChaosWeather weather(boolean ofClient) {
        return ofClient ? fromClient : fromServer;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** A new line takes the place of the one before, which may not know yet that it is dead. */
    @Override
    public ChaosLine forConnection(Closeable cut) throws InterruptedException {
        ChaosLine line = new ChaosLine(this, cut);
        Optional<ChaosLine> before;
        synchronized (this) {
            before = current;
            current = Optional.of(line);
        }
        if (before.isPresent()) {
            before.get().cut();
            if (!before.get().awaitOver()) {
                leavesHalf(); // perhaps: what it has not read by then is lost to the stream that is resumed
            }
        }
        return line;
    }

    synchronized HandedStanzas stream() {
        return stream;
    }

    synchronized HandedStanzas newStream() {
        serverHasHalf = false;
        stream = new HandedStanzas();
        return stream;
    }

    synchronized HandedStanzas resumedStream(int handled) {
        resumed++;
        stream.resumed(handled);
        return stream;
    }

    /** The server has got the first half of a stanza, and never gets the other. */
    synchronized void leavesHalf() {
        serverHasHalf = true;
    }

    /**
     * Whether the server is to forget the stream that a client wants to resume. After half a stanza it must: Prosody 0.12.3 reads all that comes on the resumed stream as the rest of it, and
     * never answers again.
     */
    synchronized boolean forgetsStream() {
        boolean forgets = fromClient.forgetsStream() || serverHasHalf;
        forgotten += forgets ? 1 : 0;
        return forgets;
    }

    synchronized void serverSends(String messageId) {
        sentByServer.add(messageId);
    }

    /** Ids of messages in the order in which the server first sent them. */
    synchronized List<String> sentByServer() {
        return List.copyOf(sentByServer);
    }

    synchronized void overtook() {
        overtakings++;
    }

    synchronized void fault(Exception e) {
        faults.add(e.toString());
    }

    @Override
    public void close() {
        relay.close();
        timer.shutdownNow();
        Optional<ChaosLine> last;
        synchronized (this) {
            last = current;
        }
        last.ifPresent(ChaosLine::cut);
    }

    static void close(Closeable line) {
        try {
            line.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
