/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.store.memory.MemoryStore;

/** Somebody with a new account, who chats with Smack as any application does. */
final class DemoPerson implements AutoCloseable {
    private final String name;
    private final Account account;
    private final Client client;
    private final Deadline deadline;
    private final WireCapture wire = new WireCapture();
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();

    /** Makes the account and logs in; OMEMO keeps its keys in memory. */
    DemoPerson(String name, Account account, Deadline deadline, Terminal terminal)
            throws CommandFailure, InterruptedException {
        this.name = name;
        this.account = account;
        this.deadline = deadline;
        this.client = new Client(
                account,
                Client.configuration(account, deadline)
                        .setDebuggerFactory(wire::debugger)
                        .build(),
                deadline);
        boolean ready = false;
        try {
            ChatManager.getInstanceFor(client.connection())
                    .addIncomingListener((from, message, chat) -> inbox.add(message));
            client.start(MemoryStore::new, OmemoConfig.defaults(), terminal);
            client.connect();
            client.register();
            client.logIn();
            if (!client.omemo().awaitReady(deadline.remaining())) {
                throw new CommandFailure("the keys of " + account.jid() + " could not be published within " + deadline);
            }
            client.becomeAvailable();
            ready = true;
        } finally {
            if (!ready) {
                client.close();
            }
        }
    }

    String name() {
        return name;
    }

    Client client() {
        return client;
    }

    WireCapture wire() {
        return wire;
    }

    /** Sends a text, and returns the stanza's id. */
    String write(DemoPerson to, String text) throws CommandFailure, InterruptedException {
        Message message = client.message(to.account.jid(), text);
        try {
            client.send(to.account.jid(), message);
        } catch (OmemoException | NotConnectedException e) {
            throw new CommandFailure(name + " could not write: " + Sentence.of(e), e);
        }
        return message.getStanzaId();
    }

    /** The next message that comes. */
    Message read() throws CommandFailure, InterruptedException {
        Message message = inbox.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        if (message == null) {
            throw new CommandFailure("a message for " + name + " has not arrived within " + deadline);
        }
        return message;
    }

    @Override
    public void close() {
        client.close();
    }
}
