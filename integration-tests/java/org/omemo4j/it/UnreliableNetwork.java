/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Between a client and its server: keeps the encrypted messages of both ways when told so, until the test says which of them arrive, when, and how often. */
final class UnreliableNetwork implements Relay.Rules, AutoCloseable {
    private final Relay relay;
    private final List<Held> held = new ArrayList<>();
    private boolean holding;

    /** A message that did not arrive yet. */
    record Held(boolean fromClient, String xml, OutputStream receiver) {}

    private UnreliableNetwork(ClientBuilder.Endpoint server) {
        relay = Relay.before(server, this);
    }

    static UnreliableNetwork in(World world) {
        UnreliableNetwork network = new UnreliableNetwork(world.server().endpoint());
        world.closeLater(network);
        return network;
    }

    ClientBuilder.Endpoint endpoint() {
        return relay.endpoint();
    }

    /** From now on encrypted messages wait. */
    synchronized void hold() {
        holding = true;
    }

    /** Waits until so many have come from one side, and takes them out; in their order. */
    List<Held> take(boolean fromClient, int count) {
        return Await.value(() -> count + " messages on the way, not " + held(), () -> {
            synchronized (this) {
                List<Held> found = held.stream()
                        .filter(message -> message.fromClient() == fromClient)
                        .toList();
                held.removeAll(found);
                if (found.size() >= count) {
                    return Optional.of(found);
                }
                held.addAll(found);
                return Optional.empty();
            }
        });
    }

    /** These arrive, in this order. */
    synchronized void deliver(List<Held> messages) {
        messages.forEach(message -> write(message.receiver(), message.xml()));
    }

    /** What waits arrives, and what comes from now on arrives at once. */
    synchronized void release() {
        holding = false;
        deliver(held);
        held.clear();
    }

    @Override
    public OutputStream onTheWay(boolean fromClient, OutputStream other) {
        StanzaSplitter stanzas =
                new StanzaSplitter(xml -> pass(new Held(fromClient, xml, other)), tag -> write(other, tag));
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                stanzas.add(bytes, offset, count);
            }
        };
    }

    @Override
    public void close() {
        relay.close();
    }

    private synchronized List<Held> held() {
        return List.copyOf(held);
    }

    private synchronized void pass(Held stanza) {
        if (holding && stanza.xml().startsWith("<message") && stanza.xml().contains("<encrypted ")) {
            held.add(stanza);
        } else {
            write(stanza.receiver(), stanza.xml());
        }
    }

    private synchronized void write(OutputStream receiver, String xml) {
        try {
            receiver.write(xml.getBytes(StandardCharsets.UTF_8));
            receiver.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
