/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.PresenceBuilder;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCInitialPresence;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;

/** What rooms tell, and what is believed of it. */
class RoomsTest {
    private static final Jid SELF = JidCreate.fromOrThrowUnchecked("alice@example.org/here");
    private static final BareJid ALICE = TestClient.jid("alice@example.org");
    private static final BareJid BOB = TestClient.jid("bob@example.com");
    private static final BareJid CAROL = TestClient.jid("carol@example.net");

    @BeforeAll
    static void readWhatRoomsSay() {
        OmemoManager.install();
    }

    private final List<BareJid> changed = new ArrayList<>();
    private final Rooms rooms = new Rooms(changed::add);

    @Test
    void weAreInARoomOnceItHasLetUsIn() throws Exception {
        asks();
        comes(TestRoom.presence("bob", BOB + "/phone", "member"));
        assertThat(rooms.isIn(TestRoom.JID)).isFalse();
        assertThat(changed).isEmpty();

        comes(TestRoom.presence("alice2", SELF.toString(), "none", "100", "110", "210"));

        assertThat(rooms.isIn(TestRoom.JID)).isTrue();
        assertThat(changed).containsExactly(TestRoom.JID);
        assertThat(rooms.ownOccupant(TestRoom.JID)).contains(occupant("alice2"));
        assertThat(rooms.realJid(occupant("bob"))).contains(BOB);
        assertThat(rooms.people(TestRoom.JID)).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    void aRoomThatWeDidNotAskSaysNothing() throws Exception {
        comes(TestRoom.presence("alice", SELF.toString(), "none", "110"));

        assertThat(rooms.isIn(TestRoom.JID)).isFalse();
        assertThat(rooms.people(TestRoom.JID)).isEmpty();
    }

    @Test
    void aRoomThatDoesNotLetUsInIsForgotten() throws Exception {
        asks();
        comes("<presence xmlns='jabber:client' type='error' from='" + occupant("alice")
                + "'><error type='auth'><registration-required xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
                + "</presence>");
        comes(TestRoom.presence("alice", SELF.toString(), "none", "110"));

        assertThat(rooms.isIn(TestRoom.JID)).isFalse();
    }

    @Test
    void whatAnOccupantPutsIntoAMessageIsNotTheRoomsWord() throws Exception {
        enters();
        comes("<message xmlns='jabber:client' type='groupchat' from='" + occupant("mallory")
                + "'><body>x</body><x xmlns='http://jabber.org/protocol/muc#user'>"
                + TestRoom.item("mallory@example.org", "owner", "none") + "<status code='172'/></x></message>");
        comes("<message xmlns='jabber:client' type='error' from='" + TestRoom.JID
                + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + TestRoom.item("mallory@example.org", "owner", "none") + "</x></message>");

        assertThat(members()).containsExactly(ALICE);
    }

    @Test
    void whatStandsInAnInvitationThatSomebodySendsThroughTheRoomIsNotTheRoomsWord() throws Exception {
        enters();
        comes(TestRoom.message(
                        "<invite from='mallory@example.org'/>" + TestRoom.item("mallory@example.org", "owner", "none"))
                .replace("type='groupchat'", "type='normal'"));
        comes(TestRoom.message(TestRoom.item("mallory@example.org", "owner", "none"))
                .replace(
                        "</message>",
                        "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='m@example.org'/></x></message>"));

        assertThat(members()).containsExactly(ALICE);
    }

    @Test
    void anOccupantWhoSaysThatHeIsUsIsNot() throws Exception {
        enters();
        comes(TestRoom.presence("mallory", "mallory@example.org/x", "none", "110"));

        assertThat(rooms.ownOccupant(TestRoom.JID)).contains(occupant("alice"));
        comes(TestRoom.absence("mallory", "mallory@example.org/x", "none", "110"));
        assertThat(rooms.isIn(TestRoom.JID)).isTrue();
    }

    @Test
    void aPresenceWithAForgedSecondWordIsNobody() throws Exception {
        enters();
        comes(TestRoom.presence("mallory", BOB + "/x", "owner")
                .replace("</presence>", "<x xmlns='http://jabber.org/protocol/muc#user'/></presence>"));

        assertThat(rooms.realJid(occupant("mallory"))).isEmpty();
        assertThat(members()).containsExactly(ALICE);
    }

    @Test
    void a5_aNickIsWhoHasItNow() throws Exception {
        enters();
        comes(TestRoom.presence("bob", BOB + "/phone", "none"));
        comes(TestRoom.absence("bob", BOB + "/phone", "none", "303")
                .replace("role='none'", "role='participant' nick='robert'"));
        assertThat(rooms.realJid(occupant("bob"))).isEmpty();
        comes(TestRoom.presence("robert", BOB + "/phone", "none"));
        comes(TestRoom.presence("bob", CAROL + "/x", "none"));

        assertThat(rooms.realJid(occupant("robert"))).contains(BOB);
        assertThat(rooms.realJid(occupant("bob"))).contains(CAROL);
    }

    @Test
    void whoChangesTheNickIsThereAllTheTime() throws Exception {
        enters();
        comes(TestRoom.presence("bob", BOB + "/phone", "none"));
        comes(TestRoom.absence("bob", BOB + "/phone", "none", "303")
                .replace("role='none'", "role='participant' nick='robert'"));

        assertThat(members()).contains(BOB);
        comes(TestRoom.presence("robert", BOB + "/phone", "none"));
        comes(TestRoom.absence("robert", BOB + "/phone", "none"));
        assertThat(members()).doesNotContain(BOB);
    }

    @Test
    void weMayChangeOurOwnNick() throws Exception {
        enters();
        comes(TestRoom.absence("alice", SELF.toString(), "none", "303", "110")
                .replace("role='none'", "role='participant' nick='alicia'"));

        assertThat(rooms.ownOccupant(TestRoom.JID)).contains(occupant("alicia"));
    }

    @Test
    void membersAreWhoBelongsToItAndWhoIsThereWithoutAnAffiliation() throws Exception {
        enters();
        comes(TestRoom.presence("guest", "guest@example.org/x", "none"));
        comes(TestRoom.message(TestRoom.item(BOB.toString(), "member", "none")));
        room().listed(CAROL, MUCAffiliation.owner, room().told());
        assertThat(members()).containsExactlyInAnyOrder(ALICE, BOB, CAROL, TestClient.jid("guest@example.org"));

        comes(TestRoom.absence("guest", "guest@example.org/x", "none"));
        comes(TestRoom.message(TestRoom.item(BOB.toString(), "none", "none")));

        assertThat(members()).containsExactlyInAnyOrder(ALICE, CAROL);
        assertThat(rooms.people(TestRoom.JID)).contains(TestClient.jid("guest@example.org"));
    }

    @Test
    void whoIsBannedIsNoMemberAnyMore() throws Exception {
        enters();
        comes(TestRoom.presence("bob", BOB + "/phone", "member"));
        assertThat(members()).contains(BOB);

        comes(TestRoom.absence("bob", BOB + "/phone", "outcast", "301"));

        assertThat(members()).doesNotContain(BOB);
        comes(TestRoom.presence("carol", CAROL + "/x", "member"));
        comes(TestRoom.message(TestRoom.item(CAROL.toString(), "outcast", "none")));
        assertThat(members()).as("before the absence").doesNotContain(CAROL);
    }

    @Test
    void whatWasToldWhileTheListsWereOnTheirWayIsNewerThanTheLists() throws Exception {
        asks();
        comes(TestRoom.presence("alice", SELF.toString(), "owner", "100", "110"));
        comes(TestRoom.message(TestRoom.item(BOB.toString(), "outcast", "none")));
        room().listed(BOB, MUCAffiliation.member, 0);
        room().listsAnswered(Set.of());
        room().known();

        assertThat(members()).containsExactly(ALICE);
    }

    @Test
    void whoIsBannedAfterEverSoManyWereToldIsNoMemberByAnOlderList() throws Exception {
        enters();
        for (int i = 0; i < 10_000; i++) {
            room().affiliated(TestClient.jid("m" + i + "@example.org"), MUCAffiliation.none);
        }
        int asked = room().told();
        room().affiliated(BOB, MUCAffiliation.outcast);
        room().listed(BOB, MUCAffiliation.member, asked);

        assertThat(members()).doesNotContain(BOB);
    }

    @Test
    void aRoomThatBecomesAnonymousIsSoAtOnce() throws Exception {
        enters();
        comes(TestRoom.message("", "104", "173"));

        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ANONYMOUS);
        assertThat(rooms.addressee(occupant("alice"))).isEmpty();
        comes(TestRoom.message("", "172"));
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ASKED);
    }

    @Test
    void aChangeThatSaysNothingIsNoProofUntilItIsAnswered() throws Exception {
        enters();
        comes(TestRoom.presence("bob", BOB + "/x", "none"));
        comes(TestRoom.message("", "104"));

        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ASKED);
        assertThat(rooms.addressee(occupant("bob"))).isEmpty();
        room().answered(room().standing().configuration(), Optional.of(true));
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
        comes(TestRoom.message("", "104"));
        room().answered(room().standing().configuration(), Optional.empty());
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ANONYMOUS);
    }

    @Test
    void visitorsAndOutcastsTakeNobodysPlace() throws Exception {
        enters();
        for (int i = 0; i <= 10_000; i++) {
            room().affiliated(TestClient.jid("visitor" + i + "@example.org"), MUCAffiliation.none);
            room().affiliated(TestClient.jid("outcast" + i + "@example.org"), MUCAffiliation.outcast);
        }
        comes(TestRoom.message(TestRoom.item(CAROL.toString(), "member", "none")));
        comes(TestRoom.presence("bob", BOB + "/phone", "none"));
        comes(TestRoom.message(TestRoom.item(BOB.toString(), "outcast", "none")));

        assertThat(members()).containsExactlyInAnyOrder(ALICE, CAROL);
    }

    @Test
    void anAnswerFromBeforeAChangeOfTheConfigurationDoesNotCount() throws Exception {
        enters();
        int asked = room().standing().configuration();
        comes(TestRoom.message("", "173"));

        assertThat(room().answered(asked, Optional.of(true))).isFalse();
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ANONYMOUS);
        assertThat(room().isToBeAsked()).isTrue();
    }

    @Test
    void aRoomThatWeLeaveOrLoseIsForgotten() throws Exception {
        for (String code : new String[] {"", "301", "307", "321", "322", "332"}) {
            enters();
            comes(TestRoom.absence("alice", SELF.toString(), "none", "110", code));
            assertThat(rooms.isIn(TestRoom.JID)).as(code).isFalse();
            assertThat(rooms.people(TestRoom.JID)).as(code).isEmpty();
        }
        enters();
        rooms.connecting();
        rooms.loggedIn();
        assertThat(rooms.isIn(TestRoom.JID)).isFalse();
        enters();
        rooms.sends(StanzaBuilder.buildPresence().ofType(Presence.Type.unavailable));
        assertThat(rooms.isIn(TestRoom.JID)).isFalse();
    }

    /** As a listener for what the stream before has lost may do. */
    @Test
    void aRoomThatIsAskedBeforeTheLoginIsCompleteIsNotForgotten() throws Exception {
        enters();
        rooms.connecting();
        asks();
        rooms.loggedIn();
        comes(TestRoom.presence("alice", SELF.toString(), "none", "100", "110"));

        assertThat(rooms.isIn(TestRoom.JID)).isTrue();
    }

    /** Before the login is complete, or behind it, as the stream has a thread of its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRoomThatSmackAsksAgainInANewStreamIsListenedTo(boolean before) throws Exception {
        enters();
        rooms.connecting();
        if (before) {
            rooms.sent(request().build());
            rooms.loggedIn();
        } else {
            rooms.loggedIn();
            rooms.sent(request().build());
        }
        assertThat(rooms.isIn(TestRoom.JID)).isFalse();
        comes(TestRoom.presence("alice", SELF.toString(), "none", "100", "110"));

        assertThat(rooms.isIn(TestRoom.JID)).isTrue();
    }

    /** Smack tells that it has written a stanza on a thread of its own, after that. */
    @Test
    void aRefusalThatComesBeforeSmackTellsThatItHasAskedStands() throws Exception {
        asks();
        comes("<presence xmlns='jabber:client' type='error' from='" + occupant("alice")
                + "'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");
        rooms.sent(request().build());

        assertThat(rooms.isOut(TestRoom.JID)).isTrue();
    }

    @Test
    void whatSmackRepeatsInAStreamThatIsResumedForgetsNothing() throws Exception {
        enters();
        rooms.connecting();
        rooms.sent(request().build());

        assertThat(rooms.isIn(TestRoom.JID)).isTrue();
    }

    @Test
    void whoIsOnAListBeforeWeAreInMayHaveWrittenAndReadsNothingForThat() throws Exception {
        asks();
        comes(list(TestRoom.JID.toString(), "result", TestRoom.item(BOB.toString(), "member", "none")));
        comes(TestRoom.presence("alice", SELF.toString(), "owner", "100", "110"));
        room().listsAnswered(Set.of());
        room().known();

        assertThat(rooms.people(TestRoom.JID)).containsExactlyInAnyOrder(ALICE, BOB);
        assertThat(members()).containsExactly(ALICE);
    }

    @Test
    void onlyTheRoomsOwnListsSayWhoBelongsToIt() throws Exception {
        asks();
        comes(list(occupant("mallory").toString(), "result", TestRoom.item(BOB.toString(), "member", "none")));
        comes(list(TestRoom.JID.toString(), "result", TestRoom.item(BOB.toString(), "outcast", "none")));
        comes(list(TestRoom.JID.toString(), "result", "<item jid='" + BOB + "'/><item affiliation='member'/>"));
        comes(TestRoom.presence("alice", SELF.toString(), "owner", "100", "110"));

        assertThat(rooms.people(TestRoom.JID)).containsExactly(ALICE);
    }

    private static String list(String from, String type, String items) {
        return "<iq xmlns='jabber:client' id='l1' type='" + type + "' from='" + from
                + "'><query xmlns='http://jabber.org/protocol/muc#admin'>" + items + "</query></iq>";
    }

    private void asks() {
        rooms.sends(request());
    }

    private static PresenceBuilder request() {
        return StanzaBuilder.buildPresence()
                .to(occupant("alice"))
                .addExtension(new MUCInitialPresence(null, 0, -1, -1, null));
    }

    /** And the room has answered what it was asked. */
    private void enters() throws Exception {
        asks();
        comes(TestRoom.presence("alice", SELF.toString(), "owner", "100", "110"));
        room().listsAnswered(Set.of());
        room().known();
    }

    private Room room() {
        return rooms.entered(TestRoom.JID).orElseThrow();
    }

    private Set<BareJid> members() {
        return rooms.status(TestRoom.JID).members();
    }

    private void comes(String stanza) throws Exception {
        rooms.receives(PacketParserUtils.<Stanza>parseStanza(stanza), SELF);
    }

    private static Jid occupant(String nick) {
        return JidCreate.fromOrThrowUnchecked(TestRoom.JID + "/" + nick);
    }
}
