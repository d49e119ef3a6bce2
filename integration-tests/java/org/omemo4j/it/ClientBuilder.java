/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.PreKeyPolicy;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;

/** How a client shall be. The default: OMEMO with a store in memory, started before login, as the documentation has it. */
final class ClientBuilder {
    /** When OMEMO begins. */
    enum Start {
        BEFORE_LOGIN,
        AFTER_LOGIN,
        NEVER
    }

    private static final int REPLY_TIMEOUT_MILLIS = 10_000;

    private Endpoint endpoint;
    private final Account account;
    private final Consumer<Client> made;
    private OmemoStore store = new MemoryStore();
    private OmemoConfig config = OmemoConfig.defaults();
    private Start start = Start.BEFORE_LOGIN;
    private boolean carbons;
    private boolean presence = true;
    private boolean streamManagement = true;
    private String resource = World.unique("it");

    /** @param made is told of each client. */
    ClientBuilder(Endpoint endpoint, Account account, Consumer<Client> made) {
        this.endpoint = endpoint;
        this.account = account;
        this.made = made;
    }

    ClientBuilder store(OmemoStore other) {
        store = other;
        return this;
    }

    ClientBuilder config(OmemoConfig other) {
        config = other;
        return this;
    }

    /** Reads both of two strangers who have drawn the same prekey, as happens to one in a hundred who write at once. By default the second is refused. */
    ClientBuilder readingAllStrangers() {
        config = config.withPreKeyPolicy(use ->
                use.age().compareTo(Duration.ofHours(1)) < 0 ? PreKeyPolicy.Fate.HIDE : PreKeyPolicy.Fate.DELETE);
        return this;
    }

    ClientBuilder start(Start other) {
        start = other;
        return this;
    }

    ClientBuilder resource(String name) {
        resource = name;
        return this;
    }

    /** Online, but not available: messages to the account wait at the server. */
    ClientBuilder withoutPresence() {
        presence = false;
        return this;
    }

    /** By way of something that stands before the server. */
    ClientBuilder at(Endpoint other) {
        endpoint = other;
        return this;
    }

    /** Over this network, and without stream management: what is lost there stays lost. */
    ClientBuilder through(UnreliableNetwork network) {
        endpoint = network.endpoint();
        streamManagement = false;
        return this;
    }

    /** Copies of what the account's other clients send and receive. */
    ClientBuilder carbons() {
        carbons = true;
        return this;
    }

    /** Logs in and waits until the device can be found by others. */
    Client open() {
        Client client = offline();
        client.login();
        return client;
    }

    /** Not connected yet. */
    Client offline() {
        WireLog wire = new WireLog();
        try {
            XMPPTCPConnection connection = new XMPPTCPConnection(configuration(endpoint)
                    .setUsernameAndPassword(account.jid().getLocalpart(), account.password())
                    .setResource(resource)
                    .setSendPresence(presence)
                    .setSocketFactory(wire.sockets())
                    .build());
            connection.setReplyTimeout(REPLY_TIMEOUT_MILLIS);
            connection.setUseStreamManagement(streamManagement);
            Client client = new Client(account, connection, wire, store, config, start, carbons);
            made.accept(client);
            return client;
        } catch (XmppStringprepException e) {
            throw new AssertionError(e);
        }
    }

    /** On loopback and without TLS. */
    static XMPPTCPConnectionConfiguration.Builder configuration(Endpoint endpoint) {
        try {
            return XMPPTCPConnectionConfiguration.builder()
                    .setXmppDomain(endpoint.domain())
                    .setHostAddress(InetAddress.getByName(endpoint.host()))
                    .setPort(endpoint.port())
                    .setSecurityMode(SecurityMode.disabled);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the server is. */
    record Endpoint(String host, int port, String domain) {}
}
