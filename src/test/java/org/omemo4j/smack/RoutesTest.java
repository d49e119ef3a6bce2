/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Author;
import org.omemo4j.engine.Delivery;

/** Who vouches for what of a stanza: threats A1 to A10 as far as they are decided before anything is decrypted. */
class RoutesTest {
    private static final BareJid ALICE = jid("alice@example.org");
    private static final BareJid BOB = jid("bob@example.org");
    private static final BareJid CAROL = jid("carol@example.org");
    private static final BareJid ROOM = jid("room@conference.example.org");
    private static final Instant STAMP = Instant.parse("2026-01-01T00:00:00Z");
    private static final String DELAY = "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>";
    private static final String SAYS_CAROL =
            "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='carol@example.org/x'/></x>";

    /** Bob is there and Carol has left. */
    private static final KnownRoom IN =
            new KnownRoom(ROOM, "me", Map.of("bobby", BOB, "me", ALICE), Set.of(ALICE, BOB, CAROL), false);

    private static final Occupants NOWHERE =
            new KnownRoom(jid("other@conference.example.org"), "me", Map.of(), Set.of(), false);

    @BeforeAll
    static void loadProviders() {
        OmemoManager.install();
    }

    @Test
    void aLiveMessageIsFromWhomTheStanzaIs() throws Exception {
        assertThat(routes(message("chat", BOB + "/x", ""))).containsExactly(direct(BOB, ALICE, Delivery.LIVE));
    }

    @Test
    void aMessageWithoutASenderIsOurServersOrOurOwn() throws Exception {
        assertThat(routes("<message xmlns='jabber:client' type='chat'/>"))
                .containsExactly(direct(ALICE, ALICE, Delivery.LIVE));
    }

    @Test
    void aReceivedCarbonIsFromWhomTheInnerStanzaIs() throws Exception {
        assertThat(routes(carbon(ALICE.toString(), "received", message("chat", BOB + "/x", ""))))
                .containsExactly("foreign", direct(BOB, ALICE, Delivery.CARBON));
    }

    @Test
    void aSentCarbonIsOurOwnToItsRecipient() throws Exception {
        assertThat(routes(carbon(
                        ALICE.toString(),
                        "sent",
                        message("chat", ALICE + "/x", "").replace("to='alice@", "to='bob@"))))
                .containsExactly("foreign", direct(ALICE, BOB, Delivery.CARBON));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@example.org/here",
                "bob@example.org",
                "mallory@example.org",
                "example.org",
                "room@conference.example.org",
                "NONE"
            })
    void a1_aForgedCarbonIsNobodysWord(String from) throws Exception {
        for (String direction : new String[] {"received", "sent"}) {
            String forged = carbon(from, direction, message("chat", BOB + "/x", ""));

            assertThat(routes(forged.replace(" from='NONE'", ""))).containsExactly("foreign", "foreign");
        }
    }

    @Test
    void a1_aCarbonInTheWrongDirectionIsNobodysWord() throws Exception {
        String toAnother = message("chat", BOB + "/x", "").replace("to='alice@", "to='carol@");

        assertThat(routes(carbon(ALICE.toString(), "received", toAnother))).containsExactly("foreign", "foreign");
        assertThat(routes(carbon(ALICE.toString(), "sent", toAnother))).containsExactly("foreign", "foreign");
    }

    @Test
    void a1_aMessageToARoomHasNoCarbon() throws Exception {
        assertThat(routes(carbon(ALICE.toString(), "received", message("groupchat", ROOM + "/bobby", ""))))
                .containsExactly("foreign", "foreign");
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, true",
        "alice@example.org, true",
        "alice@example.org/here, false",
        "mallory@example.org, false",
        "example.org, false",
        "other@conference.example.org, false"
    })
    void a2_anArchivedMessageIsBelievedOfOurOwnArchiveOnly(String from, boolean believed) throws Exception {
        String archived = archived(from, message("chat", BOB + "/x", "")).replace(" from='NONE'", "");

        assertThat(routes(archived))
                .containsExactly("foreign", believed ? direct(BOB, ALICE, Delivery.ARCHIVE) : "foreign");
    }

    @Test
    void a2_ourArchiveHoldsWhatWeSentOrGot() throws Exception {
        String sent = message("chat", ALICE + "/x", "").replace("to='alice@", "to='bob@");
        String others = message("chat", CAROL + "/x", "").replace("to='alice@", "to='bob@");

        assertThat(routes(archived(ALICE.toString(), sent)))
                .containsExactly("foreign", direct(ALICE, BOB, Delivery.ARCHIVE));
        assertThat(routes(archived(ALICE.toString(), others))).containsExactly("foreign", "foreign");
    }

    @ParameterizedTest
    @CsvSource({
        "room@conference.example.org, groupchat, room@conference.example.org/gone, true",
        "room@conference.example.org, groupchat, room@conference.example.org, false",
        "room@conference.example.org, groupchat, other@conference.example.org/gone, false",
        "room@conference.example.org, groupchat, bob@example.org/x, false",
        "room@conference.example.org, chat, room@conference.example.org/gone, false",
        "room@conference.example.org/bobby, groupchat, room@conference.example.org/gone, false",
        "other@conference.example.org, groupchat, other@conference.example.org/gone, false"
    })
    void a2_aRoomsArchiveIsBelievedOfItsOwnOccupantsOnly(String from, String type, String inner, boolean believed)
            throws Exception {
        assertThat(routes(archived(from, message(type, inner, ""))))
                .containsExactly("foreign", believed ? inRoom(somebody(), Delivery.ARCHIVE) : "foreign");
    }

    @Test
    void a3_aForwardThatIsNoCopyIsNobodysWord() throws Exception {
        String forward = "<forwarded xmlns='urn:xmpp:forward:0'>" + message("chat", CAROL + "/x", "") + "</forwarded>";

        assertThat(routes(message("chat", BOB + "/x", forward)))
                .containsExactly(direct(BOB, ALICE, Delivery.LIVE), "foreign");
    }

    @Test
    void a3_copiesInCopiesAreNobodysWordAtAnyDepth() throws Exception {
        String deep = message("chat", BOB + "/x", "");
        for (int i = 0; i < 3; i++) {
            deep = carbon(ALICE.toString(), "received", deep);
        }

        assertThat(routes(deep))
                .containsExactly("foreign", direct(ALICE, ALICE, Delivery.CARBON), "foreign", "foreign");
    }

    @Test
    void a3_twoCopiesInOneStanzaAreNobodysWord() throws Exception {
        String one = carbon(ALICE.toString(), "received", message("chat", BOB + "/x", ""));
        String copy = one.substring(one.indexOf("<received"), one.lastIndexOf("</message>"));

        assertThat(routes(one.replace(copy, copy + copy))).containsExactly("foreign", "foreign", "foreign");
    }

    @Test
    void a4_theSenderIsTheStanzasWhateverElseIsWrittenThere() throws Exception {
        String claims = "<origin-id xmlns='urn:xmpp:sid:0' id='1'/>"
                + "<addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='carol@example.org'/></addresses>";

        assertThat(routes(message("chat", BOB + "/x", claims))).containsExactly(direct(BOB, ALICE, Delivery.LIVE));
    }

    @Test
    void a5_theAuthorIsWhomTheRoomNamesForTheOccupantNow() throws Exception {
        String message = message("groupchat", ROOM + "/bobby", SAYS_CAROL);

        assertThat(routes(message)).containsExactly(inRoom(new Author.Known(BOB), Delivery.LIVE));
        assertThat(routes(IN.with(Map.of("bobby", CAROL)), message))
                .as("Carol has taken the nick over")
                .containsExactly(inRoom(new Author.Known(CAROL), Delivery.LIVE));
    }

    @Test
    void a5_whomTheRoomDoesNotNameIsNobody() throws Exception {
        String message = message("groupchat", ROOM + "/gone", SAYS_CAROL);

        assertThat(routes(message)).containsExactly(inRoom(Author.NOBODY, Delivery.LIVE));
        assertThat(routes(IN.with(Map.of()), message("groupchat", ROOM + "/bobby", SAYS_CAROL)))
                .as("an anonymous room")
                .containsExactly(inRoom(Author.NOBODY, Delivery.LIVE));
        assertThat(routes(NOWHERE, message)).containsExactly(inRoom(Author.NOBODY, Delivery.LIVE));
        assertThat(routes(message("groupchat", ROOM.toString(), "")))
                .as("the room itself")
                .containsExactly(inRoom(Author.NOBODY, Delivery.LIVE));
    }

    @Test
    void a5_whoWroteTheHistoryIsNotWhoHasTheNickNow() throws Exception {
        String delayed = message("groupchat", ROOM + "/bobby", DELAY.replace("stamp", "from='" + ROOM + "' stamp"));

        assertThat(routes(IN.tellingHistory(), delayed)).containsExactly(inRoom(somebody(), Delivery.HISTORY));
        assertThat(routes(delayed))
                .as("the history is over: the stamp is the sender's")
                .containsExactly(inRoom(new Author.Known(BOB), Delivery.LIVE));
        assertThat(routes(
                        IN.tellingHistory(), delayed.replace("from='" + ROOM + "' stamp", "from='" + BOB + "' stamp")))
                .containsExactly(inRoom(new Author.Known(BOB), Delivery.LIVE));
    }

    @Test
    void a5_whomARoomsArchiveNamesIsOneMoreCandidateAndNoMore() throws Exception {
        String saysDave = SAYS_CAROL.replace("carol", "dave");
        Author among = new Author.OneOf(Set.of(ALICE, BOB, CAROL, jid("dave@example.org")));

        assertThat(routes(archived(ROOM.toString(), message("groupchat", ROOM + "/x", SAYS_CAROL + saysDave))))
                .containsExactly("foreign", inRoom(among, Delivery.ARCHIVE));
        assertThat(routes(archived(ALICE.toString(), message("groupchat", ROOM + "/x", saysDave))))
                .as("in our own archive the sender could have written it")
                .containsExactly("foreign", inRoom(somebody(), Delivery.ARCHIVE));
    }

    @Test
    void a5b_anOriginalSenderInAnAddressIsNotTheAuthor() throws Exception {
        String address = DELAY.replace("stamp", "from='" + ROOM + "' stamp")
                + "<addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='dave@example.org'/></addresses>";

        assertThat(routes(IN.tellingHistory(), message("groupchat", ROOM + "/gone", address)))
                .containsExactly(inRoom(somebody(), Delivery.HISTORY));
    }

    @Test
    void a7_aPrivateMessageIsForUsAndAGroupMessageForTheRoom() throws Exception {
        assertThat(routes(message("chat", ROOM + "/bobby", "<x xmlns='http://jabber.org/protocol/muc#user'/>")))
                .containsExactly(throughRoom(new Author.Known(BOB), Delivery.LIVE));
        assertThat(routes(message("groupchat", ROOM + "/bobby", "")))
                .containsExactly(inRoom(new Author.Known(BOB), Delivery.LIVE));
    }

    @Test
    void aPrivateMessageThatWasKeptIsFromSomebodyOfTheRoom() throws Exception {
        String message = message("chat", ROOM + "/bobby", "");

        assertThat(routes(archived(ALICE.toString(), message)))
                .containsExactly("foreign", throughRoom(somebody(), Delivery.ARCHIVE));
        assertThat(routes(carbon(ALICE.toString(), "received", message)))
                .containsExactly("foreign", throughRoom(new Author.Known(BOB), Delivery.CARBON));
    }

    @Test
    void aPrivateMessageThroughARoomThatWeAreNotInIsFromNobody() throws Exception {
        assertThat(routes(
                        NOWHERE, message("chat", ROOM + "/bobby", "<x xmlns='http://jabber.org/protocol/muc#user'/>")))
                .containsExactly(throughRoom(Author.NOBODY, Delivery.LIVE));
    }

    @Test
    void whatAnotherOfOurClientsSentToAnOccupantIsForThatPerson() throws Exception {
        String sent = message("chat", ALICE + "/x", "").replace("to='alice@example.org'", "to='" + ROOM + "/bobby'");

        assertThat(routes(carbon(ALICE.toString(), "sent", sent)))
                .containsExactly("foreign", direct(ALICE, BOB, Delivery.CARBON));
    }

    @Test
    void whatComesBackFromTheRoomAsOurOccupantsIsOurs() throws Exception {
        assertThat(routes(IN.with(Map.of()), message("groupchat", ROOM + "/me", "")))
                .containsExactly(inRoom(new Author.Known(ALICE), Delivery.LIVE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "headline"})
    void a10_errorsAndHeadlinesAreNoMessages(String type) throws Exception {
        String message = message(type, BOB + "/x", "");

        assertThat(routes(message)).containsExactly("ignored");
        assertThat(routes(carbon(ALICE.toString(), "received", message))).containsExactly("foreign", "ignored");
        assertThat(routes(archived(ALICE.toString(), message))).containsExactly("foreign", "ignored");
    }

    private static List<Object> routes(String stanza) throws Exception {
        return routes(IN, stanza);
    }

    /** The routes, and a word where there is none; each of the right message. */
    private static List<Object> routes(Occupants occupants, String stanza) throws Exception {
        Message message = PacketParserUtils.parseStanza(stanza);
        return new Routes(ALICE, occupants)
                .of(message).stream().map(RoutesTest::route).toList();
    }

    private static Object route(Routes.Arrived arrived) {
        if (arrived instanceof Routes.Vouched vouched) {
            return vouched.route();
        }
        return arrived instanceof Routes.Ignored ? "ignored" : "foreign";
    }

    private static Route direct(BareJid sender, BareJid recipient, Delivery delivery) {
        return Route.direct(sender, recipient, delivery, stamp(delivery));
    }

    private static Route inRoom(Author author, Delivery delivery) {
        return Route.groupChat(ROOM, author, delivery, stamp(delivery));
    }

    private static Route throughRoom(Author author, Delivery delivery) {
        return Route.throughRoom(ROOM, author, ALICE, delivery, stamp(delivery));
    }

    private static Author somebody() {
        return new Author.OneOf(Set.of(ALICE, BOB, CAROL));
    }

    private static Optional<Instant> stamp(Delivery delivery) {
        return delivery.isKept() ? Optional.of(STAMP) : Optional.empty();
    }

    private static String message(String type, String from, String children) {
        return "<message xmlns='jabber:client' type='" + type + "' id='m1' to='alice@example.org' from='" + from + "'>"
                + children + "</message>";
    }

    private static String carbon(String from, String direction, String message) {
        return "<message xmlns='jabber:client' type='chat' to='alice@example.org/here' from='" + from + "'><"
                + direction
                + " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" + message + "</forwarded></"
                + direction + "></message>";
    }

    private static String archived(String from, String message) {
        return "<message xmlns='jabber:client' to='alice@example.org/here' from='" + from
                + "'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'><forwarded xmlns='urn:xmpp:forward:0'>" + DELAY
                + message + "</forwarded></result></message>";
    }

    private static BareJid jid(String text) {
        return JidCreate.bareFromOrThrowUnchecked(text);
    }
}
