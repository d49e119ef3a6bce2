/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.roster.RosterEntry;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.iqregister.AccountManager;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;

/** What one test works with: accounts that nobody used before, their clients, and the server's files. Closed after the test. */
final class World implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TestServer server;
    private final ServerFiles files;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    World(TestServer server) {
        this.server = server;
        this.files = ServerFiles.of(server);
    }

    TestServer server() {
        return server;
    }

    ServerFiles files() {
        return files;
    }

    /** A text that is nowhere else in the world. */
    static String unique(String start) {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return start + "-" + HexFormat.of().formatHex(bytes);
    }

    /** A new account. */
    Account account(String name) {
        EntityBareJid jid = JidCreate.entityBareFromOrThrowUnchecked(unique(name) + "@" + server.domain());
        Account account = new Account(jid, unique("password"));
        try {
            register(account);
        } catch (XMPPException.XMPPErrorException | SmackException.NoResponseException e) {
            server.addUser(account.name(), account.password());
        }
        return account;
    }

    /** A client to be: says how it shall be before {@link ClientBuilder#open()}. */
    ClientBuilder client(Account account) {
        return new ClientBuilder(server.endpoint(), account, this::add);
    }

    /** A new account with one client that is online and has published its device. */
    Client person(String name) {
        return client(account(name)).open();
    }

    /** One more client of somebody's account. */
    Client anotherDevice(Client of) {
        return client(of.account()).open();
    }

    /** A user of another server, played by the test. */
    RemoteContact remoteContact() {
        return server.component().contact();
    }

    /**
     * Both see each other's presence, and both know it, as their servers do: ejabberd sends events only to contacts who have sent a presence since both are
     * subscribed.
     */
    void befriend(Client one, Client other) {
        one.subscribe(other.account());
        // One after the other: of two at once, ejabberd tells in any order.
        one.awaitInRoster(other.account(), RosterEntry::canSeeHisPresence);
        other.awaitInRoster(one.account(), RosterEntry::canSeeMyPresence);
        other.subscribe(one.account());
        one.awaitSubscribed(other.account());
        other.awaitSubscribed(one.account());
        for (Client each : List.of(one, other)) {
            each.becomeAvailable(0);
            if (!each.isAlive()) {
                throw new AssertionError("The server of " + each.jid() + " does not answer\n" + each.story());
            }
        }
    }

    void closeLater(AutoCloseable closeable) {
        open.add(closeable);
    }

    /** What all clients saw, for people. */
    String story() {
        return clients.stream().map(Client::story).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                throw new AssertionError("A client could not be closed", e);
            }
        }
    }

    private void register(Account account) throws XMPPException.XMPPErrorException, SmackException.NoResponseException {
        XMPPTCPConnection connection = new XMPPTCPConnection(
                ClientBuilder.configuration(server.endpoint()).build());
        try {
            connection.setReplyTimeout(Await.LONG.toMillis());
            connection.connect();
            AccountManager manager = AccountManager.getInstance(connection);
            manager.sensitiveOperationOverInsecureConnection(true);
            manager.createAccount(account.jid().getLocalpart(), account.password());
        } catch (XMPPException.XMPPErrorException | SmackException.NoResponseException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("No account for " + account.jid(), e);
        } finally {
            connection.disconnect();
        }
    }

    private void add(Client client) {
        clients.add(client);
        open.add(client);
    }
}
