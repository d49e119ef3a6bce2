/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.PresenceBuilder;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.jivesoftware.smackx.muc.packet.MUCInitialPresence;
import org.jivesoftware.smackx.muc.packet.MUCItem;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.testkit.World;

/** A room at a connection without a server: says what a test has it say, and answers what it is asked. */
final class TestRoom {
    static final BareJid JID = TestClient.jid("room@conference.example.org");

    private final TestClient alice;
    private final Map<MUCAffiliation, List<String>> lists = new EnumMap<>(MUCAffiliation.class);
    private volatile boolean nonAnonymous = true;
    private volatile boolean hidesLists;
    private volatile CountDownLatch answers = new CountDownLatch(0);

    /** Answers from the world's nodes in everything else. */
    TestRoom(TestClient alice, World world) {
        this(alice, new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
    }

    TestRoom(TestClient alice, Function<IQ, Optional<IQ>> others) {
        this.alice = alice;
        alice.connection.answerBy(
                request -> JID.equals(request.getTo()) ? Optional.of(answer(request)) : others.apply(request));
    }

    TestRoom anonymous() {
        nonAnonymous = false;
        return this;
    }

    TestRoom hidingItsLists() {
        hidesLists = true;
        return this;
    }

    TestRoom showingItsLists() {
        hidesLists = false;
        return this;
    }

    TestRoom with(MUCAffiliation affiliation, String jid) {
        lists.computeIfAbsent(affiliation, key -> new ArrayList<>()).add(jid);
        return this;
    }

    /** Alice asks to be let in, and is. */
    TestRoom enter() throws Exception {
        ask();
        letIn();
        return this;
    }

    /** Alice asks to be let in, and is, and writes this before the room answers anything: so it waits. */
    TestRoom enterAndWrite(String id) throws Exception {
        ask();
        letInAndWrite(id);
        return this;
    }

    /** She has asked. */
    void letInAndWrite(String id) throws Exception {
        answers = new CountDownLatch(1);
        letIn();
        alice.connection.sendStanza(groupChat(id, "SECRET"));
        answers.countDown();
    }

    void ask() throws Exception {
        alice.connection.sendStanza(request().build());
    }

    static PresenceBuilder request() throws Exception {
        return StanzaBuilder.buildPresence()
                .to(JID + "/alice")
                .addExtension(new MUCInitialPresence(null, 0, -1, -1, null));
    }

    void letIn() throws Exception {
        says(presence("alice", TestClient.ALICE + "/here", "owner", nonAnonymous ? "100" : "", "110"));
    }

    void says(String stanza) throws Exception {
        alice.connection.receive(stanza(stanza));
    }

    /** What is known of it at a connection of its own, once we are in it with these. */
    static Rooms enteredBy(QuietConnection connection, String... others) throws Exception {
        Rooms rooms = new Rooms(room -> {});
        letsIn(rooms, connection, others);
        return rooms;
    }

    static void letsIn(Rooms rooms, QuietConnection connection, String... others) throws Exception {
        rooms.sends(request());
        for (String other : others) {
            rooms.receives(stanza(presence(other, other + "/x", "none")), connection.getUser());
        }
        String ours = presence("alice", TestClient.ALICE + "/here", "none", "100", "110");
        rooms.receives(stanza(ours), connection.getUser());
        rooms.entered(JID).orElseThrow().listsAnswered(Set.of());
        rooms.entered(JID).orElseThrow().known();
    }

    /** As when its service is restarted. */
    static void losesUs(Rooms rooms, QuietConnection connection) throws Exception {
        String absence = absence("alice", TestClient.ALICE + "/here", "none", "332", "110");
        rooms.receives(stanza(absence), connection.getUser());
    }

    private static Stanza stanza(String xml) throws Exception {
        return PacketParserUtils.parseStanza(xml);
    }

    static String presence(String nick, String jid, String affiliation, String... codes) {
        return "<presence xmlns='jabber:client' from='" + JID + "/" + nick + "'>"
                + user(item(jid, affiliation, "participant"), codes) + "</presence>";
    }

    static String absence(String nick, String jid, String affiliation, String... codes) {
        return "<presence xmlns='jabber:client' type='unavailable' from='" + JID + "/" + nick + "'>"
                + user(item(jid, affiliation, "none"), codes) + "</presence>";
    }

    /** Of the room itself. */
    static String message(String item, String... codes) {
        return "<message xmlns='jabber:client' type='groupchat' from='" + JID + "'>" + user(item, codes) + "</message>";
    }

    static String item(String jid, String affiliation, String role) {
        return "<item affiliation='" + affiliation + "' role='" + role + "'"
                + (jid.isEmpty() ? "" : " jid='" + jid + "'") + "/>";
    }

    private static String user(String item, String... codes) {
        StringBuilder user = new StringBuilder("<x xmlns='http://jabber.org/protocol/muc#user'>").append(item);
        for (String code : codes) {
            if (!code.isEmpty()) {
                user.append("<status code='").append(code).append("'/>");
            }
        }
        return user.append("</x>").toString();
    }

    static Message groupChat(String id, String body) {
        return StanzaBuilder.buildMessage(id)
                .to(JID)
                .ofType(Message.Type.groupchat)
                .setBody(body)
                .build();
    }

    private IQ answer(IQ request) {
        try {
            answers.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (request instanceof DiscoverInfo info) {
            return DiscoverInfo.builder(request.getStanzaId())
                    .ofType(IQ.Type.result)
                    .to(info.getFrom())
                    .addFeature("http://jabber.org/protocol/muc")
                    .addFeature(nonAnonymous ? "muc_nonanonymous" : "muc_semianonymous")
                    .build();
        }
        if (request instanceof MUCAdmin asked && !hidesLists) {
            MUCAffiliation affiliation = asked.getItems().get(0).getAffiliation();
            MUCAdmin answer = new MUCAdmin();
            answer.setType(IQ.Type.result);
            for (String jid : lists.getOrDefault(affiliation, List.of())) {
                answer.addItem(new MUCItem(affiliation, JidCreate.bareFromOrThrowUnchecked(jid)));
            }
            return answer;
        }
        return IQ.createErrorResponse(request, StanzaError.Condition.forbidden);
    }
}
