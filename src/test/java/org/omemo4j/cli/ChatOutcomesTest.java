/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.Refusals;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** Each outcome that the library tells is one event for a program, and a line for a person who does not know it yet. */
class ChatOutcomesTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final EntityBareJid ROOM = JidCreate.entityBareFromOrThrowUnchecked("r@conference.localhost");
    private static final DeviceAddress DEVICE = new DeviceAddress(BOB, new DeviceId(5));
    private static final UnreadMessage MESSAGE = new UnreadMessage(
            BOB,
            Optional.of(DEVICE),
            Optional.of("m1"),
            Delivery.LIVE,
            Optional.empty(),
            Decryption.Proposal.NONE,
            Optional.empty());

    private static final Map<String, Consumer<OmemoListener>> OUTCOMES = Map.ofEntries(
            entry("onEvent", told -> told.onEvent(new OmemoEvent.ConversationEncrypted(BOB))),
            entry(
                    "onOptOut",
                    told -> told.onOptOut(new OmemoEvent.OptedOut(
                            DEVICE, new Fingerprint("ab".repeat(32)), TrustLevel.VERIFIED, true, Optional.empty()))),
            entry("onUndecryptable", told -> told.onUndecryptable(MESSAGE, Decryption.Reason.MALFORMED)),
            entry("onDuplicate", told -> told.onDuplicate(MESSAGE)),
            entry("onNotForThisDevice", told -> told.onNotForThisDevice(MESSAGE)),
            entry(
                    "onSent",
                    told -> told.onSent(new SentMessage(
                            BOB, "m1", List.of(DEVICE), List.of(), List.of(), List.of(), List.of(), false))),
            entry("onSendFailed", told -> told.onSendFailed(BOB, "m1", Refusals.of(OmemoException.Reason.NO_DEVICES))),
            entry("onSentInClear", told -> told.onSentInClear(BOB, "m1")),
            entry("onWithheld", told -> told.onWithheld(BOB, "m1")),
            entry("onContentDropped", told -> told.onContentDropped(BOB, List.of("x"))),
            entry("onMessagesMayHaveBeenMissed", OmemoListener::onMessagesMayHaveBeenMissed));

    /** Told by {@link ChatDecisions}; never told to a chat, which reads texts; and the end of the chat, which {@link ChatCommand} tells. */
    private static final Set<String> TOLD_ELSEWHERE = Set.of("onDecisionNeeded", "onLeftUnread", "onStopped");

    private final CommandRun command = new CommandRun();
    private final OmemoListener program =
            outcomes(new JsonEvents(command.terminal().out()));
    private final OmemoListener person =
            outcomes(new PlainEvents(command.terminal().out(), TerminalColors.NONE));

    @Test
    void noOutcomeIsForgotten() {
        Set<String> known = new HashSet<>(OUTCOMES.keySet());
        known.addAll(TOLD_ELSEWHERE);

        assertThat(Arrays.stream(OmemoListener.class.getDeclaredMethods())
                        .filter(Method::isDefault)
                        .map(Method::getName))
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void eachIsOneEventForAProgram() {
        int told = 0;
        for (Map.Entry<String, Consumer<OmemoListener>> outcome : OUTCOMES.entrySet()) {
            outcome.getValue().accept(program);
            told++;

            assertThat(command.out().lines())
                    .as(outcome.getKey())
                    .hasSize(told)
                    .allMatch(line -> line.startsWith("{\"event\":\""));
        }
    }

    @Test
    void eachIsHeldBackUntilTheChatIsReadyAndThenToldInOrder() {
        OUTCOMES.values().forEach(outcome -> outcome.accept(program));
        String atOnce = command.out();
        CommandRun later = new CommandRun();
        HeldBack heldBack = new HeldBack();
        OmemoListener held =
                new HeldOutcomes(outcomes(new JsonEvents(later.terminal().out())), heldBack);
        OUTCOMES.values().forEach(outcome -> outcome.accept(held));
        assertThat(later.out()).isEmpty();

        heldBack.release();

        assertThat(later.out()).isEqualTo(atOnce);
        held.onDuplicate(MESSAGE);
        assertThat(later.out().lines()).hasSize(OUTCOMES.size() + 1);
    }

    @Test
    void thatNothingCanBeReadAnyMoreIsNotHeldBack() {
        List<Exception> stopped = new ArrayList<>();
        ChatEvents events = new JsonEvents(command.terminal().out());
        OmemoListener held =
                new HeldOutcomes(new ChatOutcomes(events, ROOM::equals, jid -> true, stopped::add), new HeldBack());

        held.onStopped(new IllegalStateException());

        assertThat(stopped).hasSize(1);
    }

    @Test
    void whatComesWhileThatIsToldIsToldBehindIt() {
        HeldBack heldBack = new HeldBack();
        List<String> told = new ArrayList<>();
        heldBack.execute(() -> {
            heldBack.execute(() -> told.add("meanwhile"));
            told.add("first");
        });
        heldBack.execute(() -> told.add("second"));

        heldBack.release();

        assertThat(told).containsExactly("first", "second", "meanwhile");
    }

    @Test
    void whatCameAgainIsNamedByItsSenderAndItsId() {
        program.onDuplicate(MESSAGE);

        assertThat(command.out())
                .isEqualTo("{\"event\":\"duplicate\",\"from\":\"bob@localhost\",\"device\":5,\"id\":\"m1\"}\n");
    }

    @Test
    void whatWasWithheldIsNamedByItsId() {
        program.onWithheld(BOB, "m1");
        program.onWithheld(ROOM, "m2");

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"withheld\",\"id\":\"m1\",\"to\":\"bob@localhost\"}",
                        "{\"event\":\"withheld\",\"id\":\"m2\",\"to\":\"" + ROOM + "\",\"room\":\"" + ROOM + "\"}");
    }

    @Test
    void whatWasLeftOutOfAMessageIsNamed() {
        program.onContentDropped(BOB, List.of("x", "y"));
        person.onContentDropped(BOB, List.of("x", "\u001b[2J"));

        assertThat(command.out().lines())
                .containsExactly(
                        "{\"event\":\"content-dropped\",\"from\":\"bob@localhost\",\"elements\":[\"x\",\"y\"]}",
                        "* Parts of a message of bob@localhost were left out: x, ?[2J.");
    }

    @Test
    void whatLeavesInClearIsMarkedForAPersonToo() {
        person.onSentInClear(BOB, "m1");

        assertThat(command.out()).contains("NOT ENCRYPTED");
    }

    @Test
    void aPersonIsNotToldOfWhatTheyHaveReadOrNotTyped() {
        person.onDuplicate(MESSAGE);
        person.onWithheld(BOB, "m1");

        assertThat(command.out()).isEmpty();
    }

    private static ChatOutcomes outcomes(ChatEvents events) {
        return new ChatOutcomes(events, ROOM::equals, jid -> true, cause -> {});
    }
}
