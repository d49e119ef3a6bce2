/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.ReconnectionManager;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.SubscribeListener.SubscribeAnswer;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.carbons.CarbonManager;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.smack.OmemoException;

/** One account's conversations while a chat runs: Smack's ordinary listeners on one side, {@link ChatEvents} on the other. */
final class ChatSession {
    private final Client client;
    private final ChatEvents events;
    private final Set<BareJid> granted = ConcurrentHashMap.newKeySet();
    private final ChatRooms rooms;
    private volatile boolean available;

    /** Listens from now on; nothing comes before {@link #goOnline}. */
    ChatSession(Client client, ChatEvents events) {
        this.client = client;
        this.events = events;
        this.rooms = new ChatRooms(client, events);
        XMPPTCPConnection connection = client.connection();
        ChatManager.getInstanceFor(connection).addIncomingListener((from, message, chat) -> show(message, false));
        CarbonManager.getInstanceFor(connection).addCarbonCopyReceivedListener((direction, copy, wrapping) -> {
            if (copy.getBody() != null) {
                show(copy, true);
            }
        });
        // Only who was asked is let in; other requests wait for the person's other clients.
        Roster.getInstanceFor(connection)
                .addSubscribeListener(
                        (from, request) -> granted.contains(from.asBareJid()) ? SubscribeAnswer.Approve : null);
        ReconnectionManager.getInstanceFor(connection).enableAutomaticReconnection();
        connection.addConnectionListener(new Watch());
    }

    /** Logged in and ready: from now on the server hands messages to this client. */
    void goOnline() throws CommandFailure, InterruptedException {
        CarbonManager.getInstanceFor(client.connection()).enableCarbonsAsync(null); // each login switches them off
        client.becomeAvailable();
        available = true;
    }

    /** Sends a text encrypted, or says why it cannot. It may have to wait for keys; then it leaves later, or its failure is told later. */
    void send(EntityBareJid to, String body) throws InterruptedException {
        try {
            if (rooms.send(to, body)) {
                return;
            }
            client.requireEncryption(to);
            client.send(to, client.message(to, body));
        } catch (OmemoException | NotConnectedException | CommandFailure e) {
            events.error("the message to " + to + " was not sent: " + Sentence.of(e));
        }
    }

    /** Enters a room and waits until it has told who belongs to it, and these whether they can read. */
    void join(EntityBareJid room, Resourcepart nick, Duration time) throws InterruptedException {
        rooms.join(room, nick, time);
    }

    /** Whether it is a room that was entered here. */
    boolean isRoom(BareJid jid) {
        return rooms.contains(jid);
    }

    /** Asks for somebody's presence, and grants ours: before or after they ask for it. */
    void subscribe(EntityBareJid to) throws InterruptedException {
        granted.add(to);
        try {
            for (Presence.Type type : new Presence.Type[] {Presence.Type.subscribed, Presence.Type.subscribe}) {
                client.connection()
                        .sendStanza(client.connection()
                                .getStanzaFactory()
                                .buildPresenceStanza()
                                .to(to)
                                .ofType(type)
                                .build());
            }
        } catch (NotConnectedException e) {
            events.error("no subscription to " + to + ": " + Sentence.of(e));
        }
    }

    private void show(Message message, boolean carbon) {
        BareJid own = client.connection().getUser().asBareJid();
        events.message(
                carbon ? Received.asCarbon(message, own, this::isRoom) : Received.directly(message, own, this::isRoom));
    }

    /** A lost connection is made again by Smack; what is left to do is to say so and to become available again. */
    private final class Watch implements ConnectionListener {
        @Override
        public void authenticated(XMPPConnection connection, boolean resumed) {
            if (!available) {
                return;
            }
            events.note("Connected again.");
            if (!resumed) {
                try {
                    goOnline();
                } catch (CommandFailure e) {
                    events.error(Sentence.of(e));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void connectionClosedOnError(Exception problem) {
            events.error("the connection is lost: " + Sentence.of(problem));
        }
    }
}
