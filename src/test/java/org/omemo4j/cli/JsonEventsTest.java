/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.Refusals;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** The names and the order of the fields are a promise to other programs. */
class JsonEventsTest {
    private static final EntityBareJid ALICE = JidCreate.entityBareFromOrThrowUnchecked("alice@localhost");
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final EntityBareJid ROOM = JidCreate.entityBareFromOrThrowUnchecked("r@conference.localhost");
    private final CommandRun command = new CommandRun();
    private final JsonEvents events = new JsonEvents(command.terminal().out());

    @Test
    void ready() {
        events.ready(new OwnDevice(new DeviceAddress(ALICE, new DeviceId(27183)), new Fingerprint("ab".repeat(32))));

        assertThat(command.out())
                .isEqualTo("{\"event\":\"ready\",\"jid\":\"alice@localhost\",\"device\":27183,\"fingerprint\":\""
                        + "ab".repeat(32) + "\"}\n");
    }

    @Test
    void anEncryptedMessage() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "say \"hi\"\n\u00e4",
                Optional.of(new ChatEvents.Protection(31415, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED)),
                Optional.of("m1"),
                false,
                false,
                false,
                Optional.empty()));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"message\",\"from\":\"bob@localhost\",\"body\":\"say \\\"hi\\\"\\n\u00e4\",\"device\":31415,"
                                + "\"version\":\"urn:xmpp:omemo:2\",\"encrypted\":true,\"trust\":\"blindly-trusted\",\"id\":\"m1\",\"delayed\":false,\"carbon\":false}\n");
    }

    @Test
    void aMessageInClearHasTheSameFields() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB, Optional.empty(), "hi", Optional.empty(), Optional.empty(), true, false, false, Optional.empty()));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"message\",\"from\":\"bob@localhost\",\"body\":\"hi\",\"device\":null,\"version\":null,"
                                + "\"encrypted\":false,\"trust\":null,\"id\":null,\"delayed\":true,\"carbon\":false}\n");
    }

    @Test
    void whatAnotherClientOfOursHasSentNamesItsRecipientToo() {
        events.message(new ChatEvents.ReceivedMessage(
                ALICE,
                Optional.of(BOB),
                "hi",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED)),
                Optional.of("m2"),
                false,
                true,
                false,
                Optional.empty()));

        assertThat(command.out())
                .startsWith(
                        "{\"event\":\"message\",\"from\":\"alice@localhost\",\"to\":\"bob@localhost\",\"body\":\"hi\"")
                .endsWith("\"carbon\":true}\n");
    }

    @Test
    void aMessageThroughARoomNamesTheRoomAndItsRealAuthor() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "hi all",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED)),
                Optional.of("m3"),
                false,
                false,
                false,
                Optional.of(new ChatEvents.Place(ROOM, "b", false))));

        assertThat(command.out())
                .startsWith("{\"event\":\"message\",\"from\":\"bob@localhost\","
                        + "\"room\":\"r@conference.localhost\",\"nick\":\"b\",\"body\":\"hi all\"");
    }

    @Test
    void joined() throws Exception {
        events.joined(
                Resourcepart.from("a"),
                new RoomReaders(
                        ROOM,
                        RoomReaders.State.OPEN,
                        Set.of(BOB.asBareJid(), ALICE.asBareJid()),
                        List.of(new MemberLeftOut(BOB.asBareJid(), MemberLeftOut.Why.NO_DEVICES)),
                        List.of()));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"joined\",\"room\":\"r@conference.localhost\",\"nick\":\"a\",\"encrypted\":true,"
                                + "\"members\":[\"alice@localhost\",\"bob@localhost\"],"
                                + "\"unable\":[{\"jid\":\"bob@localhost\",\"reason\":\"no-devices\"}]}\n");
    }

    @Test
    void aPrivateMessageThroughARoomSaysSo() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "to you",
                Optional.empty(),
                Optional.of("m3"),
                false,
                false,
                false,
                Optional.of(new ChatEvents.Place(ROOM, "b", true))));

        assertThat(command.out())
                .contains("\"room\":\"r@conference.localhost\",\"nick\":\"b\",\"private\":true,\"body\":\"to you\"");
    }

    @Test
    void aRepeatedMessageSaysSo() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "yes, pay",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED)),
                Optional.of("m1"),
                true,
                false,
                true,
                Optional.empty()));

        assertThat(command.out()).endsWith("\"delayed\":true,\"carbon\":false,\"repeated\":true}\n");
    }

    @Test
    void sentUndecryptableAndError() {
        events.sent(sent(BOB, List.of(), List.of()), Optional.empty());
        events.undecryptable(unread(Optional.of(new DeviceId(31415)), Optional.empty()), Decryption.Reason.NO_SESSION);
        events.undecryptable(unread(Optional.empty(), Optional.empty()), Decryption.Reason.MALFORMED);
        events.notForThisDevice(unread(Optional.empty(), Optional.empty()));
        events.error("it \"broke\"");
        events.note("this is for people");

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"sent\",\"id\":\"m3\",\"to\":\"bob@localhost\",\"devices\":2}",
                        "{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"device\":31415,\"reason\":\"no-session\",\"id\":\"m1\"}",
                        "{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"device\":null,\"reason\":\"malformed\",\"id\":\"m1\"}",
                        "{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"device\":null,\"reason\":\"not-for-this-device\",\"id\":\"m1\"}",
                        "{\"event\":\"error\",\"message\":\"it \\\"broke\\\"\"}");
    }

    @Test
    void whatIsAcceptedHasTheIdThatItsOutcomeWillHave() {
        events.accepted("m1", BOB, Optional.empty());
        events.accepted("m2", ROOM, Optional.of(ROOM));

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"accepted\",\"id\":\"m1\",\"to\":\"bob@localhost\"}",
                        "{\"event\":\"accepted\",\"id\":\"m2\",\"to\":\"r@conference.localhost\","
                                + "\"room\":\"r@conference.localhost\"}");
    }

    @Test
    void whatPlainTextOfAnEarlierRunKeepsFromLeavingHasAReason() {
        events.notSent("m1", BOB, false, CommandFailure.plaintextAgreed("agreed before", "Type something."));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"error\",\"message\":\"the message to bob@localhost was not sent: agreed before\","
                                + "\"reason\":\"plaintext-agreed\",\"id\":\"m1\",\"to\":\"bob@localhost\"}\n");
    }

    @Test
    void aMessageThatIsNotSentNamesWhereItWasToGoAndItsId() {
        ChatOutcomes outcomes = new ChatOutcomes(events, ROOM::equals, jid -> true, cause -> {});

        outcomes.onSendFailed(ROOM, "m1", Refusals.of(OmemoException.Reason.ROOM_ANONYMOUS));
        outcomes.onSendFailed(BOB, "m2", Refusals.of(OmemoException.Reason.NO_DEVICES));

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("{\"event\":\"error\",\"message\":\"")
                                .endsWith(
                                        "\"reason\":\"room-anonymous\",\"id\":\"m1\",\"to\":\"r@conference.localhost\","
                                                + "\"room\":\"r@conference.localhost\"}"),
                        line -> assertThat(line).endsWith("\"id\":\"m2\",\"to\":\"bob@localhost\"}"));
    }

    @Test
    void aProgramIsNotToldWhatAPersonTypes() {
        new ChatOutcomes(events, ROOM::equals, jid -> true, cause -> {})
                .onSendFailed(BOB, "m1", Refusals.of(OmemoException.Reason.OPTED_OUT));

        assertThat(command.out()).contains("\"reason\":\"opted-out\"").doesNotContain("/plaintext");
    }

    @Test
    void whatIsSentToARoomNamesItAndWhoCannotRead() {
        events.sent(
                sent(ROOM, List.of(new MemberLeftOut(ALICE, MemberLeftOut.Why.DEVICE_LIST_UNKNOWN)), List.of()),
                Optional.of(ROOM));

        assertThat(command.out())
                .isEqualTo("{\"event\":\"sent\",\"id\":\"m3\",\"to\":\"r@conference.localhost\","
                        + "\"room\":\"r@conference.localhost\",\"devices\":2,"
                        + "\"unable\":[{\"jid\":\"alice@localhost\",\"reason\":\"device-list-unknown\"}]}\n");
    }

    @Test
    void anotherKeyOfADeviceIsShown() {
        String key = "0123456789abcdef".repeat(4);

        events.undecryptable(
                new UnreadMessage(
                        BOB,
                        Optional.of(new DeviceAddress(BOB, new DeviceId(1))),
                        Optional.of("m1"),
                        Delivery.LIVE,
                        Optional.empty(),
                        Decryption.Proposal.ACCEPT_KEY,
                        Optional.of(new Fingerprint(key))),
                Decryption.Reason.IDENTITY_KEY_CHANGED);

        assertThat(command.out())
                .isEqualTo("{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"device\":1,"
                        + "\"reason\":\"identity-key-changed\",\"id\":\"m1\",\"fingerprint\":\"" + key
                        + "\",\"proposal\":\"accept-key\"}\n");
    }

    @Test
    void whatCanBeDoneAboutAnUnreadMessageIsToldAndNothingWhereThereIsNothing() {
        for (Decryption.Proposal proposal : Decryption.Proposal.values()) {
            events.undecryptable(
                    new UnreadMessage(
                            BOB,
                            Optional.of(new DeviceAddress(BOB, new DeviceId(1))),
                            Optional.empty(),
                            Delivery.LIVE,
                            Optional.empty(),
                            proposal,
                            Optional.empty()),
                    Decryption.Reason.BROKEN_SESSION);
        }

        assertThat(command.out().lines().map(line -> line.replaceFirst(".*\"reason\":\"broken-session\"", "")))
                .containsExactly(
                        "}",
                        ",\"proposal\":\"replace-session\"}",
                        ",\"proposal\":\"refresh\"}",
                        ",\"proposal\":\"accept-key\"}");
    }

    @Test
    void whyALineWasNotDoneIsAWordToo() {
        events.error("not now", ChatEvents.About.line(Optional.of("l1"), Optional.of("too-soon")));

        assertThat(command.out())
                .isEqualTo("{\"event\":\"error\",\"message\":\"not now\",\"reason\":\"too-soon\",\"id\":\"l1\"}\n");
    }

    @Test
    void whoCannotReadInARoomAndIsNotNamedByItIsToldInWordsBeforeAndAfterSending() throws Exception {
        List<String> ghost = List.of("the room does not tell who its occupant \"ghost\" is");
        String told = "\"unable\":[],\"unnamed\":[\"the room does not tell who its occupant \\\"ghost\\\" is\"]}";

        events.joined(
                Resourcepart.from("a"), new RoomReaders(ROOM, RoomReaders.State.OPEN, Set.of(), List.of(), ghost));
        events.sent(sent(ROOM, List.of(), ghost), Optional.of(ROOM));

        assertThat(command.out().lines()).hasSize(2).allMatch(line -> line.endsWith(told));
    }

    @Test
    void whatCannotBeReadInARoomNamesTheRoom() {
        events.undecryptable(unread(Optional.of(new DeviceId(1)), Optional.of(ROOM)), Decryption.Reason.NO_SESSION);

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"undecryptable\",\"from\":\"bob@localhost\",\"room\":\"r@conference.localhost\",\"device\":1,\"reason\":\"no-session\",\"id\":\"m1\"}\n");
    }

    @Test
    void whatHappensToARoomOrToKeysIsANotice() {
        ChatOutcomes outcomes = new ChatOutcomes(events, ROOM::equals, jid -> true, cause -> {});

        outcomes.onEvent(new OmemoEvent.RoomMembersUnknown(ROOM));
        outcomes.onEvent(new OmemoEvent.RoomMessageHeld(
                ROOM, List.of(new MemberLeftOut(BOB, MemberLeftOut.Why.NO_DEVICES)), List.of()));
        outcomes.onEvent(new OmemoEvent.ConversationEncrypted(BOB));

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"notice\",\"room\":\"r@conference.localhost\",\"text\":\"The room r@conference.localhost"
                                + " does not show its lists of members: only who is in the room can read what you write.\"}",
                        "{\"event\":\"notice\",\"room\":\"r@conference.localhost\",\"text\":\"Messages to the room"
                                + " r@conference.localhost wait: bob@localhost has no OMEMO devices.\"}",
                        "{\"event\":\"notice\",\"text\":\"bob@localhost uses OMEMO; the conversation is encrypted from now on.\"}");
    }

    @Test
    void onlyARoomThatWasEnteredIsNamedAsOne() {
        ChatOutcomes outcomes = new ChatOutcomes(events, ROOM::equals, jid -> true, cause -> {});

        outcomes.onSent(sent(ROOM, List.of(), List.of()));
        outcomes.onSent(sent(BOB, List.of(), List.of()));

        assertThat(command.out().lines().map(line -> line.contains("\"room\":")))
                .containsExactly(true, false);
    }

    private static SentMessage sent(BareJid to, List<MemberLeftOut> members, List<String> unnamed) {
        return new SentMessage(
                to,
                "m3",
                List.of(new DeviceAddress(BOB, new DeviceId(1)), new DeviceAddress(BOB, new DeviceId(2))),
                List.of(),
                members,
                unnamed,
                List.of(),
                false);
    }

    private static UnreadMessage unread(Optional<DeviceId> device, Optional<BareJid> room) {
        return new UnreadMessage(
                BOB,
                device.map(id -> new DeviceAddress(BOB, id)),
                Optional.of("m1"),
                Delivery.LIVE,
                room,
                Decryption.Proposal.NONE,
                Optional.empty());
    }
}
