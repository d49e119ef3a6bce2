/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.chat2.Chat;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.iqregister.AccountManager;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.sql.SqlStore;

/** An ordinary chat client, with OMEMO or without. */
final class ChatClient implements AutoCloseable {

    private final EntityBareJid jid;
    private final XMPPTCPConnection connection;
    private final Optional<OmemoManager> omemo;
    private final long connecting;

    /** Logs in.  With a file for the store, it speaks OMEMO. */
    ChatClient(Place place, EntityBareJid jid, Optional<Path> store) throws Exception {
        this.jid = jid;
        store.ifPresent(file -> OmemoManager.install());
        connection = new XMPPTCPConnection(configuration(place)
                .setUsernameAndPassword(jid.getLocalpart(), password(jid))
                .build());
        connection.setReplyTimeout(30_000);
        if (store.isPresent()) {
            omemo = Optional.of(OmemoManager.getInstanceFor(connection));
            omemo.get().start(SqlStore.open(store.get()));
        } else {
            omemo = Optional.empty();
        }
        connecting = FirstMessage.microseconds();
        connection.connect().login();
    }

    /** When the connection was asked for, in microseconds. */
    long connecting() {
        return connecting;
    }

    /** Makes a new account. */
    static EntityBareJid register(Place place, String name) throws Exception {
        EntityBareJid jid = JidCreate.entityBareFrom(name + "-" + UUID.randomUUID() + "@" + place.domain());
        XMPPTCPConnection connection =
                new XMPPTCPConnection(configuration(place).build());
        try {
            connection.connect();
            AccountManager accounts = AccountManager.getInstance(connection);
            accounts.sensitiveOperationOverInsecureConnection(true);
            accounts.createAccount(jid.getLocalpart(), password(jid));
            return jid;
        } finally {
            connection.disconnect();
        }
    }

    EntityBareJid jid() {
        return jid;
    }

    XMPPTCPConnection connection() {
        return connection;
    }

    OmemoManager omemo() {
        return omemo.orElseThrow();
    }

    Chat chatWith(EntityBareJid other) {
        return ChatManager.getInstanceFor(connection).chatWith(other);
    }

    /** Hears the bodies of all messages that come. */
    void listen(Consumer<String> listener) {
        ChatManager.getInstanceFor(connection)
                .addIncomingListener((from, message, chat) -> listener.accept(message.getBody()));
    }

    @Override
    public void close() {
        connection.disconnect();
        omemo.ifPresent(OmemoManager::stop);
    }

    /** Loopback only, so without TLS. */
    private static XMPPTCPConnectionConfiguration.Builder configuration(Place place) throws Exception {
        return XMPPTCPConnectionConfiguration.builder()
                .setXmppDomain(place.domain())
                .setHostAddress(InetAddress.getByName(place.host()))
                .setPort(place.port())
                .setSecurityMode(SecurityMode.disabled);
    }

    /** Of an account that is gone with the server. */
    private static String password(EntityBareJid jid) {
        return "password of " + jid.getLocalpart();
    }
}
