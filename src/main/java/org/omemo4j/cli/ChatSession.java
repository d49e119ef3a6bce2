/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.ReconnectionManager;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.SubscribeListener.SubscribeAnswer;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.carbons.CarbonManager;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.cli.ChatEvents.About;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.smack.OmemoException;

/** One account's conversations while a chat runs: Smack's ordinary listeners on one side, {@link ChatEvents} on the other. */
final class ChatSession {
    private final Client client;
    private final ChatEvents events;
    private final Set<BareJid> granted = ConcurrentHashMap.newKeySet();
    private final ChatRooms rooms;
    private final ChatDecisions decisions;
    private final ChatOptOuts optOuts;
    private final ChatRepairs repairs;
    private final Executor later;
    private volatile boolean available;

    /**
     * Listens from now on.
     *
     * @param later tells what comes in, once the chat is ready: a program may read nothing before.
     */
    ChatSession(Client client, ChatEvents events, Executor later) {
        this.client = client;
        this.events = events;
        this.later = later;
        this.rooms = new ChatRooms(client, events);
        this.decisions = new ChatDecisions(client.omemo(), events, rooms::contains);
        this.optOuts = new ChatOptOuts(client.omemo(), events, rooms::contains);
        this.repairs = new ChatRepairs(client.omemo(), events, rooms::contains);
        client.omemo().addOmemoListener(new HeldOutcomes(decisions, later));
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

    /** Says that it is ready once the server hands messages to this client: what ejabberd 23.01 gets while it reads the first presence waits there until the next login. */
    void begin() throws CommandFailure, InterruptedException {
        goOnline();
        client.awaitServer();
        events.ready(client.omemo().ownDevice());
    }

    private void goOnline() throws CommandFailure, InterruptedException {
        CarbonManager.getInstanceFor(client.connection()).enableCarbonsAsync(null); // each login switches them off
        client.becomeAvailable();
        available = true;
    }

    /**
     * Does what was asked for, or tells why it cannot. Waits for the network only to enter a room.
     *
     * @param patience how long that may take.
     * @throws Malformed if nothing was changed, as there is nothing that it could be about.
     */
    void perform(ChatRequest request, Duration patience) throws Malformed, InterruptedException {
        if (request instanceof ChatRequest.Send send) {
            send(send.to(), send.body(), send.id().orElseGet(Client::newId));
        } else if (request instanceof ChatRequest.Subscribe subscribe) {
            subscribe(subscribe.to());
        } else if (request instanceof ChatRequest.Join join) {
            rooms.join(join.room(), join.nick(), patience);
        } else if (request instanceof ChatRequest.OfTrust answer) {
            decisions.perform(answer);
        } else if (request instanceof ChatRequest.OfPlaintext plaintext) {
            optOuts.perform(plaintext);
        } else if (request instanceof ChatRequest.OfReading repair) {
            repairs.perform(repair);
        }
    }

    /** A text leaves encrypted, unless plain text was agreed on, or it is said why it cannot. It may have to wait for keys or a decision; then it leaves later, or its failure is told later. */
    private void send(EntityBareJid to, String body, String id) throws InterruptedException {
        MessageBuilder message = StanzaBuilder.buildMessage(id).setBody(body);
        events.accepted(id, to, Optional.<BareJid>of(to).filter(rooms::contains)); // before anything else of it
        try {
            if (rooms.send(to, message)) {
                return;
            }
            boolean clear = optOuts.allowsClearText(to);
            client.send(to, Client.chat(to, message));
            if (clear) {
                events.sentInClear(to, id);
            }
        } catch (OmemoException | NotConnectedException | CommandFailure e) {
            events.notSent(id, to, isRoom(to), e);
        }
    }

    /** Whether it is a room that was entered here. */
    boolean isRoom(BareJid jid) {
        return rooms.contains(jid);
    }

    /** Asks for somebody's presence, and grants ours: before or after they ask for it. */
    private void subscribe(EntityBareJid to) throws InterruptedException {
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
            events.error("no subscription to " + to + ": " + Sentence.of(e), About.contact(to));
        }
    }

    /** What was asked for leaves before the end, if it can. */
    void letLeave(Duration time) throws CommandFailure, InterruptedException {
        new LastMessages(client.omemo(), decisions).await(time);
    }

    private void show(Message message, boolean carbon) {
        later.execute(() -> {
            BareJid own = client.connection().getUser().asBareJid();
            events.message(carbon ? Received.asCarbon(message, own, rooms) : Received.directly(message, own, rooms));
        });
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
