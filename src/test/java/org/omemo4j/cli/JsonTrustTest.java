/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.cli.ChatEvents.Answer;
import org.omemo4j.cli.ChatEvents.Asked;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.trust.VerificationResult;

/** Events of trust: the names and the order of the fields are a promise to other programs. */
class JsonTrustTest {
    private static final DeviceAddress PHONE = new DeviceAddress(Undecided.BOB, new DeviceId(5));

    private final CommandRun command = new CommandRun();
    private final JsonEvents events = new JsonEvents(command.terminal().out());

    @Test
    void aRequestHasEverythingThatAPersonDecidesBy() {
        events.trustRequest(asked("kitchen\u001b[2J \"bot\""), List.of("m1", "m2"));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"trust-request\",\"to\":\"bob@localhost\",\"request\":3,\"devices\":["
                                + "{\"jid\":\"bob@localhost\",\"device\":5,\"label\":\"kitchen\\u001B[2J \\\"bot\\\"\","
                                + "\"fingerprint\":\"" + "01".repeat(32)
                                + "\",\"firstSeen\":\"2026-11-26T10:20:30Z\",\"lastSeen\":\"2026-11-27T01:02:03Z\"},"
                                + "{\"jid\":\"alice@localhost\",\"device\":7,\"label\":null,\"fingerprint\":\""
                                + "ab".repeat(32)
                                + "\",\"firstSeen\":\"2026-11-26T10:20:30Z\",\"lastSeen\":\"2026-11-27T01:02:03Z\"}],\"messages\":[\"m1\",\"m2\"]}\n");
    }

    @Test
    void aRequestForARoomNamesIt() {
        events.trustRequest(
                new Asked(4, Undecided.request(Undecided.ROOM, "x"), Optional.of(Undecided.ROOM)), List.of());

        assertThat(command.out())
                .startsWith("{\"event\":\"trust-request\",\"to\":\"r@conference.localhost\","
                        + "\"room\":\"r@conference.localhost\",\"request\":4,\"devices\":[{\"jid\":\"bob@localhost\"");
    }

    @Test
    void whatBecameOfEachDecision() {
        Map<TrustKey, TrustChange> changes = new LinkedHashMap<>();
        changes.put(
                Undecided.KEY,
                new TrustChange.Changed(TrustLevel.UNDECIDED, TrustLevel.COMPROMISED, Optional.of("Mind this.")));
        changes.put(
                new TrustKey(Undecided.BOB, Undecided.SECOND),
                new TrustChange.Refused(TrustRefusal.DISTRUST_WINS, "Undo that first."));
        changes.put(new TrustKey(Undecided.ALICE, Undecided.FIRST), new TrustChange.Unchanged(TrustLevel.VERIFIED));

        events.decided(asked("x"), changes);

        assertThat(command.out())
                .isEqualTo("{\"event\":\"decided\",\"to\":\"bob@localhost\",\"request\":3,\"decisions\":["
                        + "{\"jid\":\"bob@localhost\",\"devices\":[5],\"fingerprint\":\"" + "01".repeat(32)
                        + "\",\"result\":\"changed\",\"from\":\"undecided\",\"trust\":\"compromised\",\"means\":\"person\","
                        + "\"warning\":\"Mind this.\"},"
                        + "{\"jid\":\"bob@localhost\",\"devices\":[],\"fingerprint\":\"" + "ab".repeat(32)
                        + "\",\"result\":\"refused\",\"reason\":\"distrust-wins\",\"text\":\"Undo that first.\"},"
                        + "{\"jid\":\"alice@localhost\",\"devices\":[],\"fingerprint\":\"" + "01".repeat(32)
                        + "\",\"result\":\"unchanged\",\"trust\":\"verified\"}]}\n");
    }

    @Test
    void otherAnswers() {
        events.answered(asked("x"), Answer.WITHOUT);
        events.answered(
                new Asked(4, Undecided.request(Undecided.ROOM, "x"), Optional.of(Undecided.ROOM)), Answer.REFUSE);

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"answered\",\"to\":\"bob@localhost\",\"request\":3,\"answer\":\"without\"}",
                        "{\"event\":\"answered\",\"to\":\"r@conference.localhost\",\"room\":\"r@conference.localhost\","
                                + "\"request\":4,\"answer\":\"refuse\"}");
    }

    @Test
    void whatATrustMessageChangesIsAnEventOfItsOwn() {
        OmemoEvent.TrustChanged change = new OmemoEvent.TrustChanged(
                Undecided.KEY,
                TrustLevel.UNDECIDED,
                TrustLevel.VERIFIED,
                TrustMeans.TRUST_MESSAGE,
                new TrustEntry.Sender(new DeviceAddress(Undecided.ALICE, new DeviceId(7)), Undecided.SECOND));

        new ChatOutcomes(events, jid -> false, jid -> true, cause -> {}).onEvent(change);

        assertThat(command.out())
                .startsWith(
                        "{\"event\":\"trust-changed\",\"jid\":\"bob@localhost\",\"fingerprint\":\"" + "01".repeat(32)
                                + "\",\"from\":\"undecided\",\"trust\":\"verified\","
                                + "\"means\":\"trust-message\",\"by\":{\"jid\":\"alice@localhost\",\"device\":7,\"fingerprint\":\""
                                + "ab".repeat(32) + "\"},\"text\":\"The key 01010101 ");
    }

    @Test
    void anotherKeyOfADeviceIsTold() {
        new ChatOutcomes(events, jid -> false, jid -> true, cause -> {})
                .onEvent(new OmemoEvent.IdentityKeyChanged(PHONE, Undecided.FIRST, Undecided.SECOND));

        assertThat(command.out())
                .startsWith("{\"event\":\"notice\",\"jid\":\"bob@localhost\",\"device\":5,\"fingerprint\":\""
                        + "ab".repeat(32)
                        + "\",\"proposal\":\"accept-key\",\"text\":\"The bundle of bob@localhost/5 has the identity key "
                        + Undecided.SECOND + " instead of " + Undecided.FIRST);
    }

    @Test
    void aNewKeyIsToldWithWhatItIsWorth() {
        new ChatOutcomes(events, jid -> false, jid -> true, cause -> {})
                .onEvent(new OmemoEvent.NewIdentityKey(PHONE, Undecided.FIRST, TrustLevel.BLINDLY_TRUSTED));

        assertThat(command.out())
                .isEqualTo("{\"event\":\"notice\",\"jid\":\"bob@localhost\",\"device\":5,\"fingerprint\":\""
                        + Undecided.FIRST.hex()
                        + "\",\"trust\":\"blindly-trusted\",\"text\":\"bob@localhost/5 has the identity key "
                        + Undecided.FIRST + " (trusted).\"}\n");
    }

    @Test
    void anAcceptedKeyIsToldAsADecisionIs() {
        events.keyAccepted(new AcceptedKey(
                PHONE,
                Undecided.SECOND,
                Optional.of(Undecided.FIRST),
                new TrustChange.Changed(TrustLevel.UNDECIDED, TrustLevel.BLINDLY_TRUSTED, Optional.empty())));

        assertThat(command.out())
                .isEqualTo(
                        "{\"event\":\"key-accepted\",\"jid\":\"bob@localhost\",\"devices\":[5],\"fingerprint\":\""
                                + "ab".repeat(32) + "\",\"known\":\"" + "01".repeat(32)
                                + "\",\"result\":\"changed\",\"from\":\"undecided\",\"trust\":\"blindly-trusted\",\"means\":\"acceptance\"}\n");
    }

    @Test
    void aUriIsToldKeyByKeyAsTheCommandDoes() {
        events.verification(new VerificationReport(
                Optional.of(Undecided.BOB),
                new VerificationResult.Refused(Map.of(Undecided.KEY, TrustRefusal.DISTRUST_WINS), "Undo it."),
                List.of(new VerificationReport.Key(
                        Undecided.KEY,
                        List.of(new DeviceId(5)),
                        VerificationReport.Outcome.REFUSED,
                        Optional.empty(),
                        Optional.of(TrustRefusal.DISTRUST_WINS)))));

        assertThat(command.out())
                .isEqualTo("{\"event\":\"verification\",\"jid\":\"bob@localhost\",\"result\":\"refused\",\"keys\":["
                        + "{\"jid\":\"bob@localhost\",\"devices\":[5],\"fingerprint\":\"" + "01".repeat(32)
                        + "\",\"result\":\"refused\",\"reason\":\"distrust-wins\"}],\"text\":\"Undo it.\"}\n");
    }

    @Test
    void anOptOutAndWhatLeavesInClear() {
        ChatOutcomes outcomes = new ChatOutcomes(events, jid -> false, jid -> true, cause -> {});
        outcomes.onOptOut(new OmemoEvent.OptedOut(
                PHONE, Undecided.FIRST, TrustLevel.VERIFIED, true, Optional.of("for my records")));
        outcomes.onOptOut(
                new OmemoEvent.OptedOut(PHONE, Undecided.FIRST, TrustLevel.UNDECIDED, false, Optional.empty()));
        events.conversation(Undecided.BOB, false);
        events.sentInClear(Undecided.BOB, "m1");

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"opt-out\",\"from\":\"bob@localhost\",\"device\":5,\"fingerprint\":\""
                                + Undecided.FIRST.hex()
                                + "\",\"trust\":\"verified\",\"blocks\":true,\"reason\":\"for my records\"}",
                        "{\"event\":\"opt-out\",\"from\":\"bob@localhost\",\"device\":5,\"fingerprint\":\""
                                + Undecided.FIRST.hex()
                                + "\",\"trust\":\"undecided\",\"blocks\":false,\"reason\":null}",
                        "{\"event\":\"conversation\",\"with\":\"bob@localhost\",\"encrypted\":false}",
                        "{\"event\":\"sent-in-clear\",\"id\":\"m1\",\"to\":\"bob@localhost\"}");
    }

    private static Asked asked(String label) {
        return new Asked(3, Undecided.request(Undecided.BOB, label), Optional.empty());
    }
}
