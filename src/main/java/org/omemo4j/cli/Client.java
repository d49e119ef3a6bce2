/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smackx.iqregister.AccountManager;
import org.jivesoftware.smackx.ping.PingManager;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.StoreLockedException;

/** One account's connection as any Smack application makes it, and OMEMO on it. */
final class Client implements AutoCloseable {
    /** How long Smack waits for one answer, at most: who does not answer is asked three times, and within the usual time of a command that is told. */
    private static final Duration LONGEST_REPLY = Duration.ofSeconds(8);

    private final Account account;
    private final Deadline deadline;
    private final XMPPTCPConnection connection;
    private final OmemoManager omemo;

    /**
     * Not connected yet.
     *
     * @param configuration from {@link #configuration}.
     * @param deadline ends every wait here.
     */
    Client(Account account, XMPPTCPConnectionConfiguration configuration, Deadline deadline) {
        this.account = account;
        this.deadline = deadline;
        this.connection = new XMPPTCPConnection(configuration);
        this.omemo = OmemoManager.getInstanceFor(connection);
        Duration reply = deadline.remaining().compareTo(LONGEST_REPLY) < 0 ? deadline.remaining() : LONGEST_REPLY;
        connection.setReplyTimeout(Math.max(1, reply.toMillis()));
    }

    /** What to tell Smack about an account. No presence is sent at login: until it is, the server hands this client no messages of others. */
    static XMPPTCPConnectionConfiguration.Builder configuration(Account account, Deadline deadline) {
        SmackParts.leaveOut();
        OmemoManager.install();
        Roster.setRosterLoadedAtLoginDefault(false);
        XMPPTCPConnectionConfiguration.Builder configuration = XMPPTCPConnectionConfiguration.builder()
                .setXmppDomain(account.jid().asDomainBareJid())
                .setUsernameAndPassword(account.jid().getLocalpart(), account.password())
                .setSendPresence(false)
                .setCompressionEnabled(false)
                .setConnectTimeout((int) Math.max(1, deadline.remaining().toMillis()));
        account.route().applyTo(configuration);
        return configuration;
    }

    XMPPTCPConnection connection() {
        return connection;
    }

    OmemoManager omemo() {
        return omemo;
    }

    /** Starts OMEMO. Waits for a store that another process holds, and says so. */
    void start(Supplier<OmemoStore> stores, OmemoConfig config, Terminal terminal)
            throws CommandFailure, InterruptedException {
        start(stores, config, terminal, Sentence::of);
    }

    /** @param inUse what to say about a store that another process holds. */
    void start(
            Supplier<OmemoStore> stores,
            OmemoConfig config,
            Terminal terminal,
            Function<StoreLockedException, String> inUse)
            throws CommandFailure, InterruptedException {
        Optional<StoreLockedException> busy = tryToStart(stores, config);
        if (busy.isPresent()) {
            terminal.say("waiting: " + inUse.apply(busy.get()));
            busy = Poll.until(deadline, Optional::isEmpty, () -> tryToStart(stores, config));
        }
        if (busy.isPresent()) {
            throw new CommandFailure(
                    "the store is still in use after " + deadline + ": " + inUse.apply(busy.get()), busy.get());
        }
    }

    /** Who holds the store, or empty when OMEMO is started. */
    private Optional<StoreLockedException> tryToStart(Supplier<OmemoStore> stores, OmemoConfig config)
            throws CommandFailure {
        try {
            omemo.start(stores.get(), config);
            return Optional.empty();
        } catch (StoreLockedException busy) {
            return Optional.of(busy);
        } catch (StoreException e) {
            throw new CommandFailure(Sentence.of(e), e);
        }
    }

    void connect() throws CommandFailure, InterruptedException {
        talk(connection::connect);
    }

    /** Makes the account (XEP-0077), on a connection that has not logged in. */
    void register() throws CommandFailure, InterruptedException {
        talk(() -> {
            AccountManager accounts = AccountManager.getInstance(connection);
            accounts.sensitiveOperationOverInsecureConnection(true); // the route has seen to it
            accounts.createAccount(account.jid().getLocalpart(), account.password());
        });
    }

    void logIn() throws CommandFailure, InterruptedException {
        talk(connection::login);
    }

    /** Sends the initial presence: from now on the server hands messages to this client. */
    void becomeAvailable() throws CommandFailure, InterruptedException {
        talk(() -> connection.sendStanza(
                connection.getStanzaFactory().buildPresenceStanza().build()));
    }

    /** Waits until the server has answered something asked after all that was sent: then it has that, too, as it works in order. */
    void awaitServer() throws CommandFailure, InterruptedException {
        talk(() -> {
            if (!PingManager.getInstanceFor(connection)
                    .pingMyServer(false, Math.max(1, deadline.remaining().toMillis()))) {
                throw NoResponseException.newWith(connection, "ping");
            }
        });
    }

    /** An id for a message. */
    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** A chat message that is not sent yet. */
    Message message(EntityBareJid to, String body) {
        return chat(to, StanzaBuilder.buildMessage(newId()).setBody(body));
    }

    /** The same of one that has its id. */
    static Message chat(EntityBareJid to, MessageBuilder message) {
        return message.to(to).ofType(Message.Type.chat).build();
    }

    /** As applications send a message to somebody. */
    void send(EntityBareJid to, Message message) throws NotConnectedException, InterruptedException {
        ChatManager.getInstanceFor(connection).chatWith(to).send(message);
    }

    /** Nothing leaves for this account in clear. Where a person has agreed to plain text, that is not taken back behind their back: nothing leaves at all. */
    static void requireEncryption(OmemoManager omemo, BareJid contact) throws CommandFailure {
        try {
            EncryptionPolicy policy = omemo.policy(contact);
            if (policy == EncryptionPolicy.OFF) {
                throw CommandFailure.plaintextAgreed(
                        "plain text was agreed on with " + contact
                                + " before: nothing leaves until it is encrypted again, or agreed on once more",
                        "In omemo chat, /plaintext " + contact + " agrees and /encrypt " + contact + " declines.");
            }
            if (policy != EncryptionPolicy.REQUIRED) {
                omemo.setPolicy(contact, EncryptionPolicy.REQUIRED);
            }
        } catch (StoreException e) {
            throw new CommandFailure(Sentence.of(e), e);
        }
    }

    /** Does something with the server, and says what went wrong in a sentence. */
    private void talk(Conversation what) throws CommandFailure, InterruptedException {
        try {
            what.run();
        } catch (SmackException | XMPPException | IOException e) {
            throw new CommandFailure(Sentence.of(e, account), e);
        }
    }

    /** Ends OMEMO first, so that its store is free, then the connection. */
    @Override
    public void close() {
        omemo.stop();
        if (connection.isConnected()) {
            connection.disconnect();
        }
    }

    @FunctionalInterface
    private interface Conversation {
        void run() throws SmackException, XMPPException, IOException, InterruptedException;
    }
}
