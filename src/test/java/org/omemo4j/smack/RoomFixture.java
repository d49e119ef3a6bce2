/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** Alice in a room whose members, servers and answers a test chooses. */
abstract class RoomFixture {
    static final String BOB = "bob@example.org";
    static final String CAROL = "carol@example.net";
    static final String UNKNOWN = "the room has not answered who its members are";

    /** Requests for lists of members. */
    static final int LISTS = 3;

    /** Milliseconds until a request counts as not answered. */
    static final long SOON = 500;

    final World world = new World();
    final BlockingQueue<SentMessage> sent = new LinkedBlockingQueue<>();
    final BlockingQueue<OmemoException> failed = new LinkedBlockingQueue<>();
    final BlockingQueue<OmemoEvent> events = new LinkedBlockingQueue<>();

    /** A message that waits for Carol, who has no device. */
    TestRoom hold(TestClient alice) throws Exception {
        TestRoom room = ofBobAndCarol(alice).enterAndWrite("m1");
        next(events, OmemoEvent.RoomMessageHeld.class);
        return room;
    }

    TestClient started() throws Exception {
        return started(MembersWithoutKeys.SKIP);
    }

    TestClient started(MembersWithoutKeys rule) throws Exception {
        return started(new MemoryStore(), rule);
    }

    TestClient started(OmemoStore store, MembersWithoutKeys rule) throws Exception {
        TestClient alice =
                TestClient.started(world, store, OmemoConfig.defaults().withMembersWithoutKeys(rule));
        alice.omemo.addOmemoListener(listener());
        alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        return alice;
    }

    OmemoListener listener() {
        return new OmemoListener() {
            @Override
            public void onSent(SentMessage message) {
                sent.add(message);
            }

            @Override
            public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                failed.add(why);
            }

            @Override
            public void onEvent(OmemoEvent event) {
                events.add(event);
            }
        };
    }

    TestRoom roomWithBobAndCarol(TestClient alice) throws Exception {
        return ofBobAndCarol(alice).enter();
    }

    TestRoom ofBobAndCarol(TestClient alice) {
        return new TestRoom(alice, world).with(MUCAffiliation.member, BOB).with(MUCAffiliation.member, CAROL);
    }

    /** It has waited, is encrypted and has left, and the server does not say that it has it. */
    TestRoom sendUnanswered(TestClient alice) throws Exception {
        alice.connection.answerNothingTo(Ping.class::isInstance);
        TestRoom room = ofBobAndCarol(alice).enterAndWrite("m1");
        assertThat(TestClient.names(alice.sentBesideThePlaceholder())).contains("encrypted");
        return room;
    }

    static void reconnect(TestClient alice) throws Exception {
        alice.connection.instantShutdown();
        alice.connection.sent().clear();
        alice.connection.answerNothingTo(request -> false);
        alice.connection.connect();
        alice.connection.login();
        assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
    }

    static boolean isGroupChat(Stanza stanza) {
        return stanza instanceof Message message && message.getType() == Message.Type.groupchat;
    }

    static void assertNoGroupChat(TestClient alice) {
        assertThat(alice.connection.sent()).noneMatch(RoomFixture::isGroupChat);
    }

    SentMessage nextSent() throws InterruptedException {
        SentMessage next = sent.poll(30, TimeUnit.SECONDS);
        assertThat(failed).isEmpty();
        assertThat(next).as("a sent message").isNotNull();
        return next;
    }

    static <E> E next(BlockingQueue<? super E> queue, Class<E> type) throws InterruptedException {
        while (true) {
            Object next = queue.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a %s", type.getSimpleName()).isNotNull();
            if (type.isInstance(next)) {
                return type.cast(next);
            }
        }
    }

    void publishes(TestClient alice, DeviceAddress device) throws Exception {
        String list = world.item(device.jid(), "urn:xmpp:omemo:2:devices", "current")
                .orElseThrow()
                .toXml();
        alice.receives("<message xmlns='jabber:client' type='headline' from='" + device.jid()
                + "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                + "<item id='current'>" + list + "</item></items></event></message>");
    }

    static void assertRefused(TestClient alice, Message message, Reason reason) {
        assertThatThrownBy(() -> alice.connection.sendStanza(message))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageNotContaining("SECRET");
    }

    static void assertNoSecret(TestClient alice) {
        assertThat(alice.connection.sent())
                .noneMatch(stanza -> stanza.toXML().toString().contains("SECRET"));
    }

    static boolean isFor(String account, IQ request) {
        return request.getTo() != null && request.getTo().toString().equals(account);
    }

    static void answered(TestClient alice, BlockingQueue<IQ> asked) {
        alice.connection.answerNothingTo(request -> false);
        asked.forEach(alice.connection::answer);
    }
}
