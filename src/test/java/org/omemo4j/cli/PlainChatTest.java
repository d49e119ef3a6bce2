/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** What a person types and sees. */
class PlainChatTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final EntityBareJid CAROL = JidCreate.entityBareFromOrThrowUnchecked("carol@localhost");
    private final CommandRun command = new CommandRun();
    private final PlainEvents events = new PlainEvents(command.terminal().out(), TerminalColors.NONE);

    @Test
    void aLineIsAMessageToTheCurrentPartner() throws Exception {
        PlainRequests requests = new PlainRequests(Optional.of(BOB));

        assertThat(requests.read("hi there")).isEqualTo(new ChatRequest.Send(BOB, "hi there", Optional.empty()));
        assertThat(requests.read("/to carol@localhost")).isEqualTo(new ChatRequest.Nothing());
        assertThat(requests.read("//quit")).isEqualTo(new ChatRequest.Send(CAROL, "/quit", Optional.empty()));
        assertThat(requests.read("  ")).isEqualTo(new ChatRequest.Nothing());
        assertThat(requests.read("/subscribe bob@localhost")).isEqualTo(new ChatRequest.Subscribe(BOB));
        assertThat(requests.read("/help")).isEqualTo(new ChatRequest.Help());
        assertThat(requests.read("/quit")).isEqualTo(new ChatRequest.Quit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "/to", "/to bob", "/to a@b c@d", "/subscribe", "/dance"})
    void aLineThatAsksForNothingPossibleIsMalformed(String line) {
        assertThatThrownBy(() -> new PlainRequests(Optional.empty()).read(line))
                .isInstanceOf(ChatRequest.Malformed.class);
    }

    @Test
    void whoseKeysAreNotThereYetIsNotSaidToHaveBeenAsked() throws Exception {
        events.joined(
                Resourcepart.from("a"),
                new RoomReaders(
                        JidCreate.bareFromOrThrowUnchecked("r@conference.localhost"),
                        RoomReaders.State.OPEN,
                        Set.of(BOB.asBareJid()),
                        List.of(new MemberLeftOut(BOB, MemberLeftOut.Why.DEVICE_LIST_UNKNOWN)),
                        List.of()));

        assertThat(command.out()).contains("not known yet whether bob@localhost can read");
    }

    @Test
    void aMessageInClearIsMarked() {
        events.message(message("hi", Optional.empty()));

        assertThat(command.out()).contains("bob@localhost [NOT ENCRYPTED]: hi");
    }

    @Test
    void aRepeatedOrPrivateMessageIsMarked() {
        events.message(new ChatEvents.ReceivedMessage(
                BOB,
                Optional.empty(),
                "hi",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED)),
                Optional.of("m1"),
                true,
                false,
                true,
                Optional.of(new ChatEvents.Place(CAROL, "b", true))));

        assertThat(command.out())
                .contains("bob@localhost privately in carol@localhost [sent earlier] [seen before]: hi");
    }

    @Test
    void aMessageCannotSteerTheTerminal() {
        events.message(message(
                "\u001b[2Jhi\u0007\r\u009b1m \u202etxt",
                Optional.of(new ChatEvents.Protection(1, "urn:xmpp:omemo:2", TrustLevel.BLINDLY_TRUSTED))));

        assertThat(command.out().strip()).endsWith("bob@localhost: ?[2Jhi?\n        | ?1m ?txt");
        assertThat(command.out()).doesNotContain("\u001b", "\u0007", "\u009b", "\u202e");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void aMessageCannotShowARowOfTheCommand(String lineBreak) {
        List<String> rows = List.of(
                "13:07 carol@localhost [verified]: hi",
                "* What you write to bob@localhost is encrypted.",
                "! Nobody can read this.",
                "? Request 1: what you write to bob@localhost waits.");

        events.message(message("hi" + lineBreak + String.join(lineBreak, rows), Optional.empty()));

        assertThat(command.out().lines().skip(1))
                .containsExactlyElementsOf(
                        rows.stream().map(row -> "        | " + row).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {' ', '\t', 0xA0, 0x2003, 0x2800, 0x3000, 0x3164, 0x200D})
    void aGapThatCouldMakeATerminalBeginARowIsCut(int blank) {
        String gap = Character.toString(blank).repeat(200);

        events.message(message("hi" + gap + "13:07 carol@localhost [verified]: hi", Optional.empty()));

        assertThat(command.out()).endsWith(": hi        13:07 carol@localhost [verified]: hi\n");
        assertThat(OneLine.of("hi" + gap + "x").length()).isLessThan(12);
    }

    @Test
    void aGapIsOneThoughMarksThatAreNotSeenStandInIt() {
        for (int mark : new int[] {0xFE0F, 0x034F, 0xE0100}) {
            String gap = (" " + Character.toString(mark)).repeat(70);

            assertThat(OneLine.lines("hi" + gap + "13:07 carol@localhost [verified]: hi"))
                    .as(Integer.toHexString(mark))
                    .isEqualTo("hi        13:07 carol@localhost [verified]: hi");
        }
    }

    @Test
    void whatIsNotSeenAndTurnsOrHidesIsShownAsSuch() {
        for (int point : new int[] {0x200B, 0x200E, 0x200F, 0x061C, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xE0041}) {
            assertThat(OneLine.of("a" + Character.toString(point) + "b"))
                    .as(Integer.toHexString(point))
                    .isEqualTo("a?b");
        }
    }

    @Test
    void joinedEmojiAndPersianWordsStayWhatTheyAre() {
        String text = "\ud83d\udc69\u200d\ud83d\udcbb \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645";

        assertThat(OneLine.lines(text)).isEqualTo(text);
    }

    @Test
    void aKeyThatWasRefusedSaysWhatToDo() {
        Fingerprint key = new Fingerprint("ab".repeat(32));

        events.undecryptable(
                new UnreadMessage(
                        BOB,
                        Optional.of(new DeviceAddress(BOB, new DeviceId(5))),
                        Optional.of("m1"),
                        Delivery.LIVE,
                        Optional.empty(),
                        Decryption.Proposal.ACCEPT_KEY,
                        Optional.of(key)),
                Decryption.Reason.IDENTITY_KEY_CHANGED);

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("than the one known for it, " + key),
                        line -> assertThat(line).endsWith("/accept-key bob@localhost 5 " + key.hex()));
    }

    @Test
    void aMessageThatCannotBeReadSaysWhatToType() {
        events.undecryptable(unread(Decryption.Proposal.REPLACE_SESSION), Decryption.Reason.BROKEN_SESSION);
        events.undecryptable(unread(Decryption.Proposal.REFRESH), Decryption.Reason.UNKNOWN_DEVICE);
        events.undecryptable(unread(Decryption.Proposal.NONE), Decryption.Reason.MALFORMED);

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("cannot be read: it does not authenticate"),
                        line -> assertThat(line).startsWith("!   ").endsWith(" /replace bob@localhost 5"),
                        line -> assertThat(line).contains("cannot be read: the device"),
                        line -> assertThat(line).startsWith("!   ").endsWith(" /refresh bob@localhost"),
                        line -> assertThat(line).endsWith("cannot be read: it is malformed."));
    }

    @Test
    void whatIsDoneAboutItIsTypedAndTold() throws Exception {
        PlainRequests requests = new PlainRequests(Optional.empty());

        assertThat(requests.read("/replace bob@localhost 5"))
                .isEqualTo(new ChatRequest.ReplaceSession(new DeviceAddress(BOB, new DeviceId(5))));
        assertThat(requests.read("/refresh bob@localhost")).isEqualTo(new ChatRequest.Refresh(BOB));
        events.sessionBegun(new DeviceAddress(BOB, new DeviceId(5)));
        events.refreshed(BOB, Optional.empty());
        events.refreshed(CAROL, Optional.of(CAROL));

        assertThat(PlainRequests.HELP).contains("/replace JID DEVICE", "/refresh JID");
        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("new session with bob@localhost, device 5,", "sent again"),
                        line -> assertThat(line).contains("which devices bob@localhost has"),
                        line -> assertThat(line).contains("members of carol@localhost"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/replace",
                "/replace bob@localhost",
                "/replace bob 5",
                "/replace bob@localhost x",
                "/replace bob@localhost 0",
                "/replace bob@localhost 5 6"
            })
    void aReplacementThatIsNotUnderstoodSaysWhatIsWrong(String line) {
        assertThatThrownBy(() -> new PlainRequests(Optional.of(BOB)).read(line))
                .isInstanceOf(ChatRequest.Malformed.class)
                .message()
                .containsAnyOf(
                        "/replace takes an address and the number of a device",
                        "'bob' is not an address",
                        "is not the number of a device");
    }

    @Test
    void whomARoomDoesNotNameIsToldAndCannotSteerTheTerminal() {
        events.sent(
                new SentMessage(
                        BOB,
                        "m1",
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("the room does not tell who its occupant \"\u001b[2J\" is"),
                        List.of(),
                        false),
                Optional.of(BOB));

        assertThat(command.out()).endsWith("* the room does not tell who its occupant \"?[2J\" is.\n");
    }

    @Test
    void theDeviceOfAMessageThatCannotBeReadIsItsOwnWord() {
        events.undecryptable(
                new UnreadMessage(
                        BOB,
                        Optional.of(new DeviceAddress(BOB, new DeviceId(5))),
                        Optional.of("m1"),
                        Delivery.LIVE,
                        Optional.empty(),
                        Decryption.Proposal.NONE,
                        Optional.empty()),
                Decryption.Reason.NO_SESSION);

        assertThat(command.out())
                .isEqualTo(
                        "* A message of bob@localhost, by its own word of device 5, cannot be read: this device has no session with the one that sent it.\n");
    }

    @Test
    void whatIsNotForThisDeviceIsSaidInASentence() {
        events.notForThisDevice(new UnreadMessage(
                BOB,
                Optional.empty(),
                Optional.of("m1"),
                Delivery.LIVE,
                Optional.empty(),
                Decryption.Proposal.NONE,
                Optional.empty()));

        assertThat(command.out())
                .isEqualTo(
                        "* A message of bob@localhost cannot be read: its sender did not encrypt it for this device.\n");
    }

    @Test
    void everyReasonHasASentenceOfItsOwn() {
        assertThat(Decryption.Reason.values())
                .extracting(Decryption.Reason::words)
                .doesNotHaveDuplicates()
                .allSatisfy(words -> assertThat(words).matches("[a-z][^.]* [^.]*[^.]"));
    }

    @Test
    void reasonsAreWords() {
        assertThat(Words.of(Decryption.Reason.IDENTITY_KEY_CHANGED)).isEqualTo("identity-key-changed");
    }

    private static UnreadMessage unread(Decryption.Proposal proposal) {
        return new UnreadMessage(
                BOB,
                Optional.of(new DeviceAddress(BOB, new DeviceId(5))),
                Optional.of("m1"),
                Delivery.LIVE,
                Optional.empty(),
                proposal,
                Optional.empty());
    }

    private static ChatEvents.ReceivedMessage message(String body, Optional<ChatEvents.Protection> protection) {
        return new ChatEvents.ReceivedMessage(
                BOB, Optional.empty(), body, protection, Optional.of("m1"), false, false, false, Optional.empty());
    }
}
