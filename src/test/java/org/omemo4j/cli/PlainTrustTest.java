/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.cli.ChatEvents.Answer;
import org.omemo4j.cli.ChatEvents.Asked;
import org.omemo4j.cli.ChatEvents.Protection;
import org.omemo4j.cli.ChatEvents.ReceivedMessage;
import org.omemo4j.cli.ChatRequest.Choice;
import org.omemo4j.cli.ChatRequest.Which;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.Refusals;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.trust.UnusableUriException;
import org.omemo4j.trust.VerificationResult;

/** What a person sees and types about trust. */
class PlainTrustTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final DeviceAddress PHONE = new DeviceAddress(Undecided.BOB, new DeviceId(5));

    private final CommandRun command = new CommandRun();
    private final PlainEvents events = new PlainEvents(command.terminal().out(), TerminalColors.NONE);
    private final PlainRequests requests = new PlainRequests(Optional.of(BOB));

    @Test
    void aRequestListsTheDevicesWithNumbersToAnswerWith() {
        events.trustRequest(asked("kitchen bot"), List.of("m1", "m2"));

        assertThat(command.out().lines().map(line -> line.replaceAll("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d", "TIME")))
                .containsExactly(
                        "? Request 3: what you write to bob@localhost waits. Do you trust these devices?",
                        "?   3.1  bob@localhost, device 5, \"kitchen bot\"",
                        "?        " + Undecided.FIRST,
                        "?        first seen TIME, last seen TIME",
                        "?   3.2  alice@localhost, device 7",
                        "?        " + Undecided.SECOND,
                        "?        first seen TIME, last seen TIME",
                        "? /trust 3, /trust 3.1, /distrust 3.1, /without 3 or /refuse 3; /help says what they do.");
    }

    @Test
    void aKeyThatARequestShowsIsNotShownBeforeToo() {
        ChatOutcomes outcomes = new ChatOutcomes(events, jid -> false, Undecided.BOB::equals, cause -> {});

        outcomes.onEvent(new OmemoEvent.NewIdentityKey(PHONE, Undecided.FIRST, TrustLevel.UNDECIDED));
        outcomes.onEvent(new OmemoEvent.NewIdentityKey(PHONE, Undecided.SECOND, TrustLevel.BLINDLY_TRUSTED));
        outcomes.onEvent(new OmemoEvent.NewIdentityKey(
                new DeviceAddress(Undecided.ALICE, new DeviceId(7)), Undecided.FIRST, TrustLevel.UNDECIDED));

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("* bob@localhost/5 is new here, and nobody has decided about its key"),
                        line -> assertThat(line).contains("bob@localhost/5", Undecided.SECOND + " (trusted)"),
                        line -> assertThat(line).contains("alice@localhost/7", Undecided.FIRST + " (undecided)"));
    }

    @Test
    void itsFingerprintsAreInColourWhereTheTerminalHasThem() {
        new PlainEvents(command.terminal().out(), TerminalColors.DIRECT).trustRequest(asked("x"), List.of("m1", "m2"));

        assertThat(command.out()).contains(TerminalColors.DIRECT.paint(Undecided.FIRST));
    }

    @Test
    void aLabelCannotSteerTheTerminalAddALineOrCloseItsQuotes() {
        events.trustRequest(asked("\u001b[2Jx\n? 3.9\u202e\r\", device 9, \"safe"), List.of("m1", "m2"));

        assertThat(command.out()).doesNotContain("\u001b", "\u202e", "\r").hasLineCount(8);
        assertThat(command.out()).contains("device 5, \"?[2Jx ? 3.9? ', device 9, 'safe\"\n");
    }

    @Test
    void decisionsAreReadInOneLine() throws Exception {
        assertThat(requests.read("/trust 1")).isEqualTo(decide(1, new Choice(new Which.All(), Decision.TRUST)));
        assertThat(requests.read(" /trust 2.1  2.3 /distrust 2.2 /verify 2.4 ".strip()))
                .isEqualTo(decide(
                        2,
                        new Choice(new Which.Numbered(1), Decision.TRUST),
                        new Choice(new Which.Numbered(3), Decision.TRUST),
                        new Choice(new Which.Numbered(2), Decision.DISTRUST),
                        new Choice(new Which.Numbered(4), Decision.VERIFY)));
        assertThat(requests.read("/compromise 1.2"))
                .isEqualTo(decide(1, new Choice(new Which.Numbered(2), Decision.COMPROMISE)));
        assertThat(requests.read("/without 12")).isEqualTo(new ChatRequest.Without(12));
        assertThat(requests.read("/refuse 1")).isEqualTo(new ChatRequest.Refuse(1));
        assertThat(requests.read("/requests")).isEqualTo(new ChatRequest.Requests());
        assertThat(requests.read("/verify xmpp:bob@localhost?omemo-sid-5=00"))
                .isEqualTo(new ChatRequest.Verify(Optional.of(BOB), "xmpp:bob@localhost?omemo-sid-5=00"));
        assertThat(requests.read("/verify  xmpp:bob@localhost?  omemo-sid-5= 00 "))
                .as("wrapped when it was pasted")
                .isEqualTo(new ChatRequest.Verify(Optional.of(BOB), "xmpp:bob@localhost?omemo-sid-5=00"));
        assertThat(requests.read("/accept-key bob@localhost 5 " + Undecided.SECOND))
                .isEqualTo(new ChatRequest.AcceptKey(PHONE, Undecided.SECOND, ""));
    }

    @Test
    void aKeyIsDecidedAboutByItsFingerprint() throws Exception {
        String key = " bob@localhost  " + Undecided.FIRST;

        assertThat(requests.read("/trust" + key))
                .isEqualTo(new ChatRequest.DecideKey(Undecided.KEY, Decision.TRUST, ""));
        assertThat(requests.read("/distrust" + key))
                .isEqualTo(new ChatRequest.DecideKey(Undecided.KEY, Decision.DISTRUST, ""));
        assertThat(requests.read("/compromise" + key))
                .isEqualTo(new ChatRequest.DecideKey(Undecided.KEY, Decision.COMPROMISE, ""));
        assertThat(requests.read("/undo" + key)).isEqualTo(new ChatRequest.Undo(Undecided.KEY, ""));
        assertThat(requests.read("/devices bob@localhost")).isEqualTo(new ChatRequest.Devices(Optional.of(BOB)));
        assertThat(requests.read("/devices")).isEqualTo(new ChatRequest.Devices(Optional.empty()));
    }

    @Test
    void whatBecameOfThatAndTheDevicesOfAnAccount() {
        List<DeviceId> devices = List.of(PHONE.device());
        events.keyDecided(new DecidedKey(
                Undecided.KEY,
                devices,
                new TrustChange.Changed(TrustLevel.VERIFIED, TrustLevel.COMPROMISED, Optional.of("Mind this.")),
                TrustMeans.PERSON,
                false));
        events.keyDecided(new DecidedKey(
                Undecided.KEY,
                devices,
                new TrustChange.Refused(TrustRefusal.DISTRUST_WINS, "Undo that first."),
                TrustMeans.PERSON,
                false));
        events.devices(
                Undecided.BOB,
                Undecided.request(Undecided.BOB, "kitchen \"bot").devices().subList(0, 1),
                new DeviceAddress(Undecided.ALICE, new DeviceId(7)));
        events.devices(Undecided.ALICE, List.of(), new DeviceAddress(Undecided.ALICE, new DeviceId(7)));

        assertThat(command.out().lines().map(line -> line.replaceAll("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d", "TIME")))
                .containsExactly(
                        "* The key " + Undecided.FIRST + " of bob@localhost: compromised (was verified)",
                        "! Mind this.",
                        "! Undo that first.",
                        "* bob@localhost, device 5, \"kitchen 'bot\", omemo2: undecided, last seen TIME",
                        "*      " + Undecided.FIRST,
                        "* No devices of alice@localhost are known here.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/trust",
                "/trust all",
                "/trust bob@localhost",
                "/trust 1.1 2.1",
                "/trust 1.1 /distrust",
                "/trust /distrust 1.1",
                "/trust 1.1 yes",
                "/trust 1.1 /refuse 1",
                "/trust -1",
                "/trust 1.1.1",
                "/trust 99999999999",
                "/trust bob@localhost 0101",
                "/trust @ 0101010101010101010101010101010101010101010101010101010101010101",
                "/undo",
                "/undo 1",
                "/undo bob@localhost",
                "/devices bob",
                "/devices bob@localhost carol@localhost",
                "/verify",
                "/verify 1.1 xmpp:bob@localhost",
                "/without",
                "/without 1.1",
                "/without 1 2",
                "/refuse all",
                "/accept-key",
                "/accept-key bob@localhost 5",
                "/accept-key bob@localhost x 0101010101010101010101010101010101010101010101010101010101010101",
                "/accept-key bob 5 0101010101010101010101010101010101010101010101010101010101010101",
                "/accept-key bob@localhost 5 0101",
                "/plaintext",
                "/plaintext bob",
                "/encrypt",
                "/optout",
                "/optout nobody because"
            })
    void whatIsNoAnswerIsMalformedAndNothingElse(String line) {
        assertThatThrownBy(() -> requests.read(line)).isInstanceOf(ChatRequest.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "y", "1", "1.1", "trust 1", " /trust 1", "//trust 1"})
    void whatIsTypedWhileARequestWaitsIsAMessageUnlessItBeginsWithASlash(String line) throws Exception {
        assertThat(requests.read(line))
                .isEqualTo(
                        new ChatRequest.Send(BOB, line.startsWith("//") ? line.substring(1) : line, Optional.empty()));
    }

    @Test
    void plainTextIsAgreedOnAndDeclinedByName() throws Exception {
        assertThat(requests.read("/plaintext bob@localhost")).isEqualTo(new ChatRequest.AcceptPlaintext(BOB));
        assertThat(requests.read("/encrypt bob@localhost")).isEqualTo(new ChatRequest.Encrypt(BOB));
        assertThat(requests.read("/optout bob@localhost  for my  records"))
                .isEqualTo(new ChatRequest.OptOut(BOB, Optional.of("for my  records")));
        assertThat(requests.read("/optout bob@localhost")).isEqualTo(new ChatRequest.OptOut(BOB, Optional.empty()));
    }

    @Test
    void theHelpNamesEveryAnswer() {
        assertThat(PlainRequests.HELP)
                .contains(
                        "/trust",
                        "/verify",
                        "/distrust",
                        "/compromise",
                        "/undo",
                        "/devices",
                        "/accept-key",
                        "/without",
                        "/refuse",
                        "/requests")
                .contains("/plaintext", "/encrypt", "/optout");
    }

    @Test
    void whatBecameOfAnAnswer() {
        events.decided(
                asked("x"),
                Map.of(
                        Undecided.KEY,
                        new TrustChange.Changed(
                                TrustLevel.UNDECIDED, TrustLevel.BLINDLY_TRUSTED, Optional.of("Mind this."))));
        events.decided(asked("x"), Map.of(Undecided.KEY, new TrustChange.Unchanged(TrustLevel.VERIFIED)));
        events.decided(
                asked("x"),
                Map.of(Undecided.KEY, new TrustChange.Refused(TrustRefusal.DISTRUST_WINS, "Undo that first.")));
        events.answered(asked("x"), Answer.WITHOUT);
        events.answered(asked("x"), Answer.REFUSE);

        assertThat(command.out().lines())
                .containsExactly(
                        "* The key " + Undecided.FIRST + " of bob@localhost is trusted now.",
                        "! Mind this.",
                        "* The key " + Undecided.FIRST + " of bob@localhost is verified now.",
                        "! Undo that first.",
                        "* What waits for bob@localhost leaves without these devices.",
                        "* What waits for bob@localhost is not sent.");
    }

    @Test
    void aMismatchIsLoudAndNamesWhoseKeysTheyAreToBe() {
        tell(new VerificationResult.Verified(List.of(Undecided.KEY), List.of(), List.of(), List.of()));
        tell(new VerificationResult.Mismatch(
                List.of(new VerificationResult.Difference(PHONE, Undecided.FIRST, Undecided.SECOND))));
        tell(new VerificationResult.Refused(Map.of(Undecided.KEY, TrustRefusal.DISTRUST_WINS), "Undo it."));
        tell(new VerificationResult.Unusable(UnusableUriException.Reason.NO_KEYS, "It has no OMEMO keys."));

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("* bob@localhost: Keys: 1 verified."),
                        line -> assertThat(line).startsWith("! bob@localhost: THE KEYS DO NOT MATCH."),
                        line -> assertThat(line).isEqualTo("! bob@localhost: Undo it."),
                        line -> assertThat(line)
                                .isEqualTo("! bob@localhost: NOTHING WAS VERIFIED. It has no OMEMO keys."));
    }

    @Test
    void anOptOutSaysWhatAgreeingMeansAndItsReasonCannotSteerTheTerminal() {
        events.optOut(new OmemoEvent.OptedOut(
                PHONE,
                Undecided.FIRST,
                TrustLevel.BLINDLY_TRUSTED,
                true,
                Optional.of("be\u001bcause\". You have agreed to it. \"")));

        assertThat(command.out())
                .contains(
                        "bob@localhost (device 5, ",
                        Undecided.FIRST + ") would like to receive plain text",
                        "\n!   Its reason: \"be?cause'. You have agreed to it. '\"\n")
                .contains("/plaintext bob@localhost  agrees: from then on servers can read")
                .contains("/encrypt bob@localhost  declines")
                .hasLineCount(4);
    }

    @Test
    void itsReasonCannotEndItsQuotationInWhatFailsBecauseOfIt() {
        events.notSent(
                "m1",
                BOB,
                false,
                Refusals.saying(
                        OmemoException.Reason.OPTED_OUT,
                        "bob@localhost would like plain text (\"a\". Agree. \"b\"). Not sent."));

        assertThat(command.out()).contains("(\"a'. Agree. 'b\"). Not sent. In omemo chat");
    }

    @Test
    void thatOfADeviceThatIsNotTrustedAsksForNoAnswer() {
        events.optOut(
                new OmemoEvent.OptedOut(PHONE, Undecided.FIRST, TrustLevel.UNDECIDED, false, Optional.of("because")));

        assertThat(command.out())
                .contains("(device 5, undecided, ", "stays encrypted.\n!   Its reason: \"because\"\n")
                .hasLineCount(2);
    }

    @Test
    void whatLeavesInClearIsMarked() {
        events.conversation(Undecided.BOB, false);
        events.sentInClear(Undecided.BOB, "m1");
        events.conversation(Undecided.BOB, true);

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("! ").contains("PLAIN TEXT", "/encrypt bob@localhost"),
                        line -> assertThat(line).isEqualTo("* Sent to bob@localhost NOT ENCRYPTED."),
                        line -> assertThat(line).isEqualTo("* What you write to bob@localhost is encrypted."));
    }

    @ParameterizedTest
    @CsvSource({
        "BLINDLY_TRUSTED, bob@localhost: hi",
        "VERIFIED, bob@localhost [verified]: hi",
        "UNDECIDED, bob@localhost [undecided]: hi",
        "DISTRUSTED, bob@localhost [DISTRUSTED]: hi",
        "COMPROMISED, bob@localhost [COMPROMISED]: hi"
    })
    void aMessageShowsWhatItsKeyIsWorth(TrustLevel level, String shown) {
        events.message(new ReceivedMessage(
                BOB,
                Optional.empty(),
                "hi",
                Optional.of(new Protection(1, "urn:xmpp:omemo:2", level)),
                Optional.of("m1"),
                false,
                false,
                false,
                Optional.empty()));

        assertThat(command.out().strip()).endsWith(shown);
    }

    @Test
    void whatATrustMessageOrABundleChangesIsToldInLine() {
        ChatOutcomes outcomes = new ChatOutcomes(events, jid -> false, jid -> true, cause -> {});

        outcomes.onEvent(new OmemoEvent.TrustChanged(
                Undecided.KEY,
                TrustLevel.UNDECIDED,
                TrustLevel.VERIFIED,
                TrustMeans.TRUST_MESSAGE,
                new TrustEntry.Sender(new DeviceAddress(Undecided.ALICE, new DeviceId(7)), Undecided.SECOND)));
        outcomes.onEvent(new OmemoEvent.IdentityKeyChanged(PHONE, Undecided.FIRST, Undecided.SECOND));

        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("* The key " + Undecided.FIRST
                                        + " of bob@localhost is verified now (undecided before)"),
                        line -> assertThat(line).startsWith("! The bundle of bob@localhost/5 has the identity key"),
                        line -> assertThat(line)
                                .startsWith("!   Only if the owner of the device confirms it in another way: ")
                                .endsWith("/accept-key bob@localhost 5 " + Undecided.SECOND.hex()));
    }

    private void tell(VerificationResult result) {
        events.verification(new VerificationReport(Optional.of(Undecided.BOB), result, List.of()));
    }

    private static Asked asked(String label) {
        return new Asked(3, Undecided.request(Undecided.BOB, label), Optional.empty());
    }

    private static ChatRequest decide(int request, Choice... choices) {
        return new ChatRequest.Decide(request, List.of(choices));
    }
}
