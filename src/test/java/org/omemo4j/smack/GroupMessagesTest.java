/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What listeners get of what is said in a room, live, from its history and its archive, and through it. */
class GroupMessagesTest {
    private static final String BOB = "bob@example.org";
    private static final String CAROL = "carol@example.org";
    private static final String DELAY =
            "<delay xmlns='urn:xmpp:delay' from='" + TestRoom.JID + "' stamp='2026-01-01T00:00:00Z'/>";
    private static final String MARK = "<x xmlns='http://jabber.org/protocol/muc#user'/>";

    private final World world = new World();
    private final MemoryStore store = new MemoryStore();
    private TestDevice bob;
    private TestDevice carol;
    private TestClient alice;
    private TestRoom room;

    @BeforeEach
    void enter() throws Exception {
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        bob = world.device(BOB);
        carol = world.device(CAROL);
        store.close();
        alice = TestClient.started(world, store);
        alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        room = new TestRoom(alice, world)
                .with(MUCAffiliation.member, BOB)
                .with(MUCAffiliation.member, CAROL)
                .enter();
        room.says(TestRoom.presence("bobby", BOB + "/x", "member"));
    }

    @AfterEach
    void leave() {
        alice.close();
    }

    @Test
    void aMessageReadsWithItsRealAuthor() throws Exception {
        Message message = alice.receives(said("bobby", encrypted(bob, "Hello")));

        assertThat(message.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(message).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void a4_somebodyElsesMessageUnderAnotherNickIsNotRead() throws Exception {
        room.says(TestRoom.presence("mallory", CAROL + "/x", "member"));
        String encrypted = encrypted(bob, "Hello");

        Message message = alice.receives(said("mallory", encrypted));

        assertThat(message.getBody()).isNull();
        assertThat(alice.nextHeard()).startsWith("undecryptable ");
        assertThat(alice.receives(said("bobby", encrypted)).getBody()).isEqualTo("Hello");
    }

    @Test
    void a5_whoHasTakenANickOverIsWhoTheRoomSays() throws Exception {
        room.says(TestRoom.absence("bobby", BOB + "/x", "member"));
        room.says(TestRoom.presence("bobby", CAROL + "/x", "member"));

        Message message = alice.receives(said("bobby", encrypted(carol, "Hello")));

        assertThat(OmemoInfo.of(message).orElseThrow().device()).isEqualTo(carol.address());
    }

    @Test
    void a5_theAuthorOfANickThatNobodyHasIsUnknownAndNothingIsShown() throws Exception {
        Message message = alice.receives(
                said(
                        "gone",
                        encrypted(bob, "Hello")
                                + "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='bob@example.org'/></x><body>fallback</body>"));

        assertThat(message.getBody()).isNull();
        assertThat(OmemoInfo.of(message)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable UNKNOWN_AUTHOR in " + TestRoom.JID);
    }

    @Test
    void historyOfSomebodyWhoHasLeftReads() throws Exception {
        alice.receives(said("bobby", encrypted(bob, "first")));
        room.says(TestRoom.absence("bobby", BOB + "/x", "member"));

        Message message = alice.receives(said("bobby", encrypted(bob, "second") + DELAY));

        assertThat(message.getBody()).isEqualTo("second");
        assertThat(OmemoInfo.of(message).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void historyOfSomebodyWhoLeftWhileWeWereAwayReads() throws Exception {
        alice.receives(said("bobby", encrypted(bob, "first")));
        String second = encrypted(bob, "second");
        room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "owner", "110"));
        room.enter();

        Message message = alice.receives(said("bobby", second + DELAY));

        assertThat(message.getBody()).isEqualTo("second");
        assertThat(OmemoInfo.of(message).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void afterARestartHistoryOfMembersWhoAreAwayReadsThoughTheRoomHasNotToldAnythingSinceItLetUsIn() throws Exception {
        alice.receives(said("bobby", encrypted(bob, "first")));
        String second = encrypted(bob, "second");
        alice.close();
        alice = TestClient.started(world, store);
        TestRoom again = new TestRoom(alice, world).with(MUCAffiliation.member, BOB);

        again.ask();
        alice.connection.answerNothingTo(request -> TestRoom.JID.equals(request.getTo()));
        again.letIn();
        Message message = alice.receives(said("bobby", second + DELAY));

        assertThat(message.getBody()).isEqualTo("second");
        assertThat(OmemoInfo.of(message).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void historyEndsWithTheSubject() throws Exception {
        String encrypted = encrypted(bob, "Hello");
        alice.receives(said("bobby", encrypted));
        alice.receives(said("bobby", "<subject>what we talk about</subject>"));

        Message again = alice.receives(said("bobby", encrypted + DELAY));

        assertThat(again.getBody()).isNull();
        assertThat(alice.nextHeard()).isEqualTo("duplicate LIVE");
    }

    @Test
    void historyThatWasReadBeforeIsARepeat() throws Exception {
        String encrypted = encrypted(bob, "Hello");
        Message first = alice.receives(said("bobby", encrypted));

        Message again = alice.receives(said("bobby", encrypted + DELAY));

        assertThat(OmemoInfo.of(first).orElseThrow().repeated()).isFalse();
        assertThat(again.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(again).orElseThrow().repeated()).isTrue();
    }

    @Test
    void theRoomsArchiveReads() throws Exception {
        alice.receives(said("bobby", encrypted(bob, "first")));
        room.says(TestRoom.absence("bobby", BOB + "/x", "member"));

        Message inner = archived(said("bobby", encrypted(bob, "second")));

        assertThat(inner.getBody()).isEqualTo("second");
        assertThat(OmemoInfo.of(inner).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void a5_aForgedAuthorInTheArchiveIsNotBelieved() throws Exception {
        TestDevice stranger = world.device("mallory@example.org");
        String saysCarol = "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='carol@example.org/x'/></x>";
        awaitKeysOf(BOB);

        Message ofStranger = archived(said("bobby", encrypted(stranger, "Hello") + saysCarol));
        Message ofBob = archived(said("bobby", encrypted(bob, "Hello") + saysCarol));

        assertThat(OmemoInfo.of(ofStranger)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable UNKNOWN_AUTHOR in " + TestRoom.JID);
        assertThat(OmemoInfo.of(ofBob).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void theArchiveOfAMemberWhomWeNeverMetReadsThoughNothingWasSent() throws Exception {
        awaitKeysOf(BOB);

        Message inner = archived(said("bobby", encrypted(bob, "welcome")));

        assertThat(inner.getBody()).isEqualTo("welcome");
        assertThat(OmemoInfo.of(inner).orElseThrow().device()).isEqualTo(bob.address());
    }

    /** Bob's server does not answer at first. */
    @Test
    void whatTheRoomKeptOfAnUnknownAuthorReadsFromItsArchiveAfterTheRefreshThatIsProposed() throws Exception {
        alice.close();
        store.close();
        alice = TestClient.started(world, store);
        alice.connection.setReplyTimeout(100);
        BlockingQueue<IQ> late = new LinkedBlockingQueue<>();
        alice.connection.answerNothingTo(request -> TestClient.jid(BOB).equals(request.getTo()) && late.add(request));
        BlockingQueue<UnreadMessage> unread = new LinkedBlockingQueue<>();
        alice.omemo.addOmemoListener(new OmemoListener() {
            @Override
            public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
                unread.add(message);
            }
        });
        room = new TestRoom(alice, world).with(MUCAffiliation.member, BOB).enter();
        alice.omemo.prepare(TestRoom.JID).get(60, TimeUnit.SECONDS); // with the first try
        String encrypted = encrypted(bob, "welcome");

        assertThat(archived(said("bobby", encrypted)).getBody()).isNull();
        UnreadMessage message = unread.poll(30, TimeUnit.SECONDS);
        assertThat(message.proposal()).isEqualTo(Decryption.Proposal.REFRESH);
        alice.connection.setReplyTimeout(30_000);
        alice.connection.answerNothingTo(request -> false);
        late.forEach(alice.connection::answer);
        alice.omemo.prepare(message.room().orElseThrow()).get(60, TimeUnit.SECONDS);

        assertThat(archived(said("bobby", encrypted)).getBody()).isEqualTo("welcome");
    }

    @Test
    void a7_aMessageOfOneKindIsNotReadAsTheOther() throws Exception {
        String group = encrypted(bob, "for all");
        Message asPrivate = alice.receives(said("bobby", group + MARK).replace("groupchat", "chat"));
        String whispered = bob.send(TestClient.jid(TestClient.ALICE), "for you")
                .encrypted()
                .toXml();
        Message asGroup = alice.receives(said("bobby", whispered));

        assertThat(asPrivate.getBody()).isNull();
        assertThat(asGroup.getBody()).isNull();
        for (int i = 0; i < 2; i++) {
            assertThat(alice.nextHeard()).isEqualTo("undecryptable ENVELOPE_MISMATCH in " + TestRoom.JID);
        }
        assertThat(alice.receives(said("bobby", group)).getBody()).isEqualTo("for all");
    }

    @Test
    void aPrivateMessageThroughTheRoomReads() throws Exception {
        String whispered = bob.send(TestClient.jid(TestClient.ALICE), "for you")
                .encrypted()
                .toXml();
        String message = said("bobby", whispered + MARK).replace("groupchat", "chat");

        assertThat(alice.receives(message).getBody()).isEqualTo("for you");

        Message carbon = alice.receives("<message xmlns='jabber:client' from='" + TestClient.ALICE
                + "'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" + message
                + "</forwarded></received></message>");
        Message inner = CarbonExtension.from(carbon).getForwarded().getForwardedStanza();
        assertThat(OmemoInfo.of(inner).orElseThrow().device()).isEqualTo(bob.address());
        assertThat(OmemoInfo.of(inner).orElseThrow().repeated()).isTrue();
    }

    @Test
    void ourOwnMessageComesBackAsWhatWeSentOnce() throws Exception {
        String encrypted = sends("Hello");

        Message first = alice.receives(said("alice", encrypted));
        Message second = alice.receives(said("alice", encrypted));
        Message history = alice.receives(said("alice", encrypted + DELAY));

        assertThat(first.getBody()).isEqualTo("Hello");
        OmemoInfo info = OmemoInfo.of(first).orElseThrow();
        assertThat(info.device()).isEqualTo(alice.omemo.ownDevice().address());
        assertThat(info.repeated()).isFalse();
        assertThat(second.getBody()).isNull();
        assertThat(history.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(history).orElseThrow().repeated()).isTrue();
    }

    @Test
    void a9_ourOwnMessageUnderAnothersNickIsNotRead() throws Exception {
        String encrypted = sends("Hello");

        assertThat(alice.receives(said("bobby", encrypted)).getBody()).isNull();
        assertThat(alice.receives(said("alice", encrypted)).getBody()).isEqualTo("Hello");
    }

    @Test
    void ourOwnMessageIsKnownByWhatWeEncryptedAndTheRoomWhateverIdsStandAroundIt() throws Exception {
        String encrypted = sends("Hello");
        String ids = "<origin-id xmlns='urn:xmpp:sid:0' id='another'/>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' id='the-rooms' by='" + TestRoom.JID + "'/>";
        char first = encrypted.charAt(encrypted.indexOf("<payload>") + "<payload>".length());

        Message altered = alice.receives(
                said("alice", encrypted.replaceFirst("<payload>.", "<payload>" + (first == 'A' ? 'B' : 'A'))));
        Message elsewhere = alice.receives(
                said("alice", encrypted).replace(TestRoom.JID.toString(), "other@conference.example.org"));
        Message back = alice.receives(said("alice", encrypted + ids).replace("id='m1'", "id='the-rooms'"));

        assertThat(altered.getBody()).isNull();
        assertThat(elsewhere.getBody()).isNull();
        assertThat(back.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(back).orElseThrow().repeated()).isFalse();
    }

    @Test
    void afterARestartOurMessageThatTheServerHadComesBackAsWhatWeSentBeforeItLeavesAgain() throws Exception {
        alice.connection.answerNothingTo(Ping.class::isInstance);
        room.enterAndWrite("m1");
        String encrypted = encryptedIn(alice.sentBesideThePlaceholder());
        alice.close();
        alice = TestClient.started(world, store);
        TestRoom again = new TestRoom(alice, world);
        alice.connection.answerNothingTo(request -> TestRoom.JID.equals(request.getTo()));
        again.enter();

        Message back = alice.receives(said("alice", encrypted));

        assertThat(alice.omemo.waiting()).as("not sent again yet").hasSize(1);
        assertThat(back.getBody()).isEqualTo("SECRET");
        assertThat(OmemoInfo.of(back).orElseThrow().repeated()).isFalse();
        assertThat(alice.receives(said("alice", encrypted)).getBody()).isNull();
    }

    /** What leaves encrypted. */
    private String sends(String text) throws Exception {
        alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS);
        alice.connection.sendStanza(TestRoom.groupChat("m1", text));
        return encryptedIn(alice.sent());
    }

    /** They come by themselves, in one version and then in the other. */
    private void awaitKeysOf(String member) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!alice.omemo.room(TestRoom.JID).readers().contains(TestClient.jid(member))) {
            assertThat(System.nanoTime() - deadline)
                    .as("time for the keys of " + member)
                    .isNegative();
            alice.omemo.awaitSent(Duration.ofSeconds(30)); // our server has answered once more
        }
        alice.omemo.prepare(TestRoom.JID).get(30, TimeUnit.SECONDS); // what is under way
    }

    private static String encryptedIn(Message message) {
        String sent = message.toXML().toString();
        return sent.substring(sent.indexOf("<encrypted"), sent.indexOf("</encrypted>") + 12);
    }

    private String encrypted(TestDevice from, String text) {
        attempt(() -> {
            from.engine().setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
            return text;
        });
        Encryption encryption = from.encrypt(OutgoingMessage.toRoom(
                TestRoom.JID, Set.of(TestClient.jid(TestClient.ALICE)), List.of(TestDevice.body(text)), false));
        return ((Encryption.Encrypted) encryption).elements().get(0).toXml();
    }

    private Message archived(String message) throws Exception {
        Message wrapper = alice.receives("<message xmlns='jabber:client' from='" + TestRoom.JID
                + "'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'><forwarded xmlns='urn:xmpp:forward:0'>"
                + "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>" + message
                + "</forwarded></result></message>");
        return MamResultExtension.from(wrapper).getForwarded().getForwardedStanza();
    }

    private static String said(String nick, String children) {
        return "<message xmlns='jabber:client' type='groupchat' id='m1' from='" + TestRoom.JID + "/" + nick + "'>"
                + children + "</message>";
    }
}
