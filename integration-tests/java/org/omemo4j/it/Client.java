/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jivesoftware.smack.chat2.Chat;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.RosterEntry;
import org.jivesoftware.smack.roster.packet.RosterPacket;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.carbons.CarbonManager;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension.Direction;
import org.jivesoftware.smackx.ping.PingManager;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.VerificationResult;

/** One application on one connection, with nothing about OMEMO in it beyond the start: it sends through chats and listens to chats. */
final class Client implements AutoCloseable {
    private final Account account;
    private final XMPPTCPConnection connection;
    private final WireLog wire;
    private final OmemoStore store;
    private final OmemoConfig config;
    private final ClientBuilder.Start start;
    private final boolean carbons;
    private final Optional<OmemoManager> omemo;
    private final Outcomes outcomes;
    private final Inbox inbox;
    private final Inbox sentElsewhere;
    private final Inbox receivedElsewhere;

    Client(
            Account account,
            XMPPTCPConnection connection,
            WireLog wire,
            OmemoStore store,
            OmemoConfig config,
            ClientBuilder.Start start,
            boolean carbons) {
        this.account = account;
        this.connection = connection;
        this.wire = wire;
        this.store = store;
        this.config = config;
        this.start = start;
        this.carbons = carbons;
        // Asking for a manager is what hooks OMEMO in: a client without it stays as Smack made it.
        omemo = start == ClientBuilder.Start.NEVER
                ? Optional.empty()
                : Optional.of(OmemoManager.getInstanceFor(connection));
        outcomes = new Outcomes(this::story);
        inbox = new Inbox("the inbox of " + account.name(), this::story);
        sentElsewhere = new Inbox("the sent carbons of " + account.name(), this::story);
        receivedElsewhere = new Inbox("the received carbons of " + account.name(), this::story);
        omemo.ifPresent(manager -> manager.addOmemoListener(outcomes));
        ChatManager.getInstanceFor(connection).addIncomingListener((from, message, chat) -> inbox.add(message));
        CarbonManager.getInstanceFor(connection)
                .addCarbonCopyReceivedListener((direction, copy, wrapper) ->
                        (direction == Direction.sent ? sentElsewhere : receivedElsewhere).add(copy));
        Roster.getInstanceFor(connection).setSubscriptionMode(Roster.SubscriptionMode.accept_all);
    }

    Account account() {
        return account;
    }

    EntityBareJid jid() {
        return account.jid();
    }

    XMPPTCPConnection connection() {
        return connection;
    }

    WireLog wire() {
        return wire;
    }

    OmemoStore store() {
        return store;
    }

    OmemoManager omemo() {
        return omemo.orElseThrow(() -> new AssertionError(jid() + " is a client without OMEMO"));
    }

    Outcomes outcomes() {
        return outcomes;
    }

    /** What the ordinary listener for incoming chat messages got. */
    Inbox inbox() {
        return inbox;
    }

    /** What the account's other clients sent, as the carbon listener got it. */
    Inbox sentElsewhere() {
        return sentElsewhere;
    }

    /** What the account's other clients received, as the carbon listener got it. */
    Inbox receivedElsewhere() {
        return receivedElsewhere;
    }

    /** Connects; returns when the server knows our presence, and others can find this device. */
    Client login() {
        startOmemoIf(ClientBuilder.Start.BEFORE_LOGIN);
        connect();
        if (!isAlive()) {
            throw new AssertionError("The server does not answer " + jid() + "\n" + story());
        }
        startOmemoIf(ClientBuilder.Start.AFTER_LOGIN);
        if (start != ClientBuilder.Start.NEVER && omemo().isStarted()) {
            awaitReady();
        }
        return this;
    }

    /** Connects and logs in, nothing else. True if the server resumed the stream. */
    boolean connect() {
        Smack.run(() -> {
            connection.connect();
            connection.login();
            if (carbons && !connection.streamWasResumed()) {
                CarbonManager.getInstanceFor(connection).enableCarbons();
            }
        });
        return connection.streamWasResumed();
    }

    void startOmemo() {
        Smack.run(() -> omemo().start(store, config));
    }

    void awaitReady() {
        if (!Smack.call(() -> omemo().awaitReady(Await.LONG))) {
            throw new AssertionError(jid() + " did not become ready\n" + story());
        }
    }

    Chat chatWith(EntityBareJid other) {
        return ChatManager.getInstanceFor(connection).chatWith(other);
    }

    /** As an application does it. */
    void send(Client to, String body) {
        send(to.jid(), body);
    }

    void send(EntityBareJid to, String body) {
        Smack.run(() -> chatWith(to).send(body));
    }

    /** How a send fails: at once, or as an outcome of a message that waited. */
    OmemoException failureOf(EntityBareJid to, String body) {
        try {
            send(to, body);
        } catch (OmemoException e) {
            return e;
        }
        return outcomes.await(Outcomes.SendFailed.class, failed -> failed.to().equals(to.asBareJid()))
                .why();
    }

    /** A chat message with these elements instead of a body, past any chat. */
    void sendRaw(Client to, RawXml... elements) {
        MessageBuilder message = StanzaBuilder.buildMessage().to(to.jid()).ofType(Message.Type.chat);
        for (RawXml element : elements) {
            message.addExtension(element);
        }
        sendStanza(message.build());
    }

    void sendStanza(Stanza stanza) {
        Smack.run(() -> connection.sendStanza(stanza));
    }

    /** Sends a request and returns its answer as it is on the wire. */
    WireLog.Line ask(RawIq request) {
        int before = wire.size();
        sendStanza(request);
        return awaitAnswer(before - 1, request.getStanzaId());
    }

    /** Waits for the answer to a request that was sent. */
    WireLog.Line awaitAnswer(WireLog.Line request) {
        return awaitAnswer(request.number(), request.attribute("id").orElseThrow());
    }

    /** Until nothing waits to be sent any more. */
    void awaitSent() {
        if (!Smack.call(() -> omemo().awaitSent(Await.LONG))) {
            throw new AssertionError("Messages of " + jid() + " still wait\n" + story());
        }
    }

    /** Reads and asserts who it came from: with a device and a fingerprint, trusted as new devices are. */
    Message reads(Client from, String body) {
        Message message = inbox.await(body);
        if (!message.getFrom().asBareJid().equals(from.jid())) {
            throw new AssertionError("\"" + body + "\" is from " + message.getFrom() + ", not from " + from.jid());
        }
        OmemoInfo info = OmemoInfo.of(message)
                .orElseThrow(() -> new AssertionError("\"" + body + "\" did not come encrypted\n" + story()));
        if (!info.device().jid().equals(from.jid().asBareJid())) {
            throw new AssertionError("\"" + body + "\" came from the device " + info.device());
        }
        return message;
    }

    /** Waits until the stanza with this id came, and everything that the library does with it at once was done. */
    void awaitHandled(String id) {
        wire.await(
                "the stanza " + id,
                line -> line.direction() == WireLog.Direction.RECEIVED
                        && line.attribute("id").equals(Optional.of(id)));
        if (!isAlive()) {
            throw new AssertionError(jid() + " lost its stream\n" + story());
        }
    }

    /** Waits until this body came directly or as a copy. */
    Message awaitAnywhere(String body) {
        return Await.value(
                () -> "the body \"" + body + "\" in any inbox of " + jid() + "; sent elsewhere: "
                        + sentElsewhere.bodies() + ", received elsewhere: " + receivedElsewhere.bodies() + "\n"
                        + story(),
                () -> Stream.of(inbox, sentElsewhere, receivedElsewhere)
                        .flatMap(box -> box.messages().stream())
                        .filter(message -> body.equals(message.getBody()))
                        .findFirst());
    }

    /** Until it is known here that the account of {@code of} has so many active devices. */
    void awaitDevices(Client of, int count) {
        Await.until(
                () -> count + " devices of " + of.jid() + "\n" + story(),
                () -> Smack.call(() -> omemo().devices(of.jid())).stream()
                                .filter(KnownDevice::isActive)
                                .count()
                        >= count);
    }

    int deviceId() {
        return omemo().ownDevice().address().device().value();
    }

    /** This device's identity key. */
    TrustKey key() {
        OwnDevice own = omemo().ownDevice();
        return new TrustKey(own.address().jid(), own.fingerprint());
    }

    /** Its person scans what another device shows as its account's keys. */
    VerificationResult scans(Client other) {
        return Smack.call(() -> omemo().trust()
                .verify(other.jid(), other.omemo().trust().ownUri().toString()));
    }

    /** What another device's key is worth here. */
    TrustLevel trusts(Client other) {
        return Smack.call(() -> omemo().trust().level(other.key()));
    }

    void awaitTrust(Client other, TrustLevel level) {
        Await.until(
                () -> other.key() + " to be " + level + ", and not " + trusts(other) + "\n" + trustJournal() + "\n"
                        + story(),
                () -> trusts(other) == level);
    }

    /** The newest first. */
    List<TrustEntry> trustJournal() {
        return Smack.call(() -> omemo().trust().journal(1000));
    }

    void becomeAvailable(int priority) {
        sendStanza(StanzaBuilder.buildPresence()
                .ofType(Presence.Type.available)
                .setPriority(priority)
                .build());
    }

    /** Asks for the other's presence; the other grants it by itself. */
    void subscribe(Account to) {
        Smack.run(() -> Roster.getInstanceFor(connection).sendSubscriptionRequest(to.jid()));
    }

    void awaitInRoster(Account other, Predicate<RosterEntry> state) {
        Await.until(
                other.jid() + " in the roster of " + jid(),
                () -> Optional.ofNullable(Roster.getInstanceFor(connection).getEntry(other.jid()))
                        .filter(state)
                        .isPresent());
    }

    void awaitSubscribed(Account other) {
        Roster roster = Roster.getInstanceFor(connection);
        Await.until(
                jid() + " and " + other.jid() + " see each other",
                () -> Optional.ofNullable(roster.getEntry(other.jid()))
                                .map(RosterEntry::getType)
                                .filter(RosterPacket.ItemType.both::equals)
                                .isPresent()
                        && roster.getPresence(other.jid()).isAvailable());
    }

    /** The network goes without a word. The server keeps the stream for resumption. */
    void cut() {
        connection.instantShutdown();
    }

    void disconnect() {
        connection.disconnect();
    }

    /** Whether the stream answers. */
    boolean isAlive() {
        return connection.isAuthenticated()
                && Smack.call(() -> PingManager.getInstanceFor(connection).pingMyServer());
    }

    List<String> bodies() {
        return inbox.bodies();
    }

    /** What happened here, for people. */
    String story() {
        return "--- " + jid() + "\nread: " + inbox.bodies() + "\noutcomes: " + outcomes + "\n" + wire.tail();
    }

    /** Leaves the server and frees the store. */
    void stop() {
        connection.disconnect();
        omemo.ifPresent(OmemoManager::stop);
    }

    @Override
    public void close() {
        if (connection.isConnected()) {
            connection.disconnect();
        } else {
            connection.instantShutdown();
        }
        omemo.ifPresent(OmemoManager::stop);
    }

    private WireLog.Line awaitAnswer(int after, String id) {
        return wire.awaitAfter(
                after,
                "the answer to " + id,
                line -> line.direction() == WireLog.Direction.RECEIVED
                        && line.xml().startsWith("<iq")
                        && line.attribute("id").equals(Optional.of(id)));
    }

    private void startOmemoIf(ClientBuilder.Start moment) {
        if (start == moment && !omemo().isStarted()) {
            startOmemo();
        }
    }
}
