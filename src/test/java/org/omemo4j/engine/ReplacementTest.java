/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.ConversationTest.activeSession;
import static org.omemo4j.engine.ConversationTest.isKeyExchange;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Decryption.Proposal;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.Decryption.Undecryptable;
import org.omemo4j.engine.Replacement.Outcome;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;

/** What follows from messages that cannot be read: a new session at most, seldom, and only with devices that are listed and not refused. */
class ReplacementTest {
    private static final Duration MINUTES = Duration.ofMinutes(5);

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @BeforeEach
    void talk() {
        alice.talksWith(bob);
    }

    @Test
    void anOrdinaryMessageWithoutSessionBeginsOneAndTheNextMessageReads() {
        bob.forgetsSessionsWith(alice);
        Letter lost = alice.send(bob, "lost");
        world.mail().clear();

        assertUndecryptable(bob.read(lost), Reason.NO_SESSION, Proposal.NONE);
        assertThat(replace(bob, alice)).as("there is nothing left to do").isEqualTo(Outcome.TOO_SOON);
        assertThat(world.mail()).hasSize(1);
        world.deliver();
        alice.send(bob, "next");
        world.deliver();

        assertThat(bob.inbox()).endsWith("next").doesNotContain("lost");
        assertThat(activeSession(bob, alice)).isEqualTo(activeSession(alice, bob));
    }

    @Test
    void butOncePerDeviceAndDayAlsoAcrossRestarts() {
        assertThat(beginsOne()).isTrue();
        assertThat(beginsOne()).isFalse();
        world.clock().advance(Duration.ofHours(23));
        assertThat(beginsOne()).isFalse();
        world.clock().advance(Duration.ofHours(1).plusSeconds(1));
        assertThat(beginsOne()).isTrue();
    }

    @Test
    void whereThatWasDoneBeforeTodayItIsProposed() {
        beginsOne();
        world.clock().advance(MINUTES.plusSeconds(1));
        bob.forgetsSessionsWith(alice);
        Letter lost = alice.send(bob, "lost");

        assertUndecryptable(bob.read(lost), Reason.NO_SESSION, Proposal.REPLACE_SESSION);
        assertThat(replace(bob, alice)).isEqualTo(Outcome.BEGUN);
    }

    private boolean beginsOne() {
        bob.forgetsSessionsWith(alice);
        bob.read(alice.send(bob, "lost"));
        world.mail().removeIf(letter -> letter.from().equals(alice.jid()));
        boolean begun = !world.mail().isEmpty();
        world.deliver();
        return begun;
    }

    @Test
    void aCrashBeforeItIsSentLosesNothing() {
        bob.forgetsSessionsWith(alice);
        bob.decrypt(alice.send(bob, "lost"), Delivery.LIVE);
        world.mail().clear();
        bob.restart();

        assertThat(world.mail()).hasSize(1);
        assertThat(isKeyExchange(world.mail().getFirst())).isTrue();
    }

    @Test
    void whileCatchingUpItWaitsAndIsOne() {
        bob.forgetsSessionsWith(alice);
        Letter one = alice.send(bob, "one");
        Letter two = alice.send(bob, "two");
        world.mail().clear();
        assertUndecryptable(bob.read(one, Delivery.ARCHIVE), Reason.NO_SESSION, Proposal.NONE);
        assertUndecryptable(bob.read(two, Delivery.ARCHIVE), Reason.NO_SESSION, Proposal.NONE);
        assertThat(world.mail()).isEmpty();

        bob.login();
        assertThat(world.mail()).hasSize(1);
    }

    @Test
    void aMessageOfADeviceThatIsNotListedBeginsNoneAndTheListIsAskedForOnce() {
        DeviceAddress unlisted = new DeviceAddress(alice.jid(), new DeviceId(99));
        Letter letter = alice.send(bob, "made up").from(unlisted);
        world.mail().clear();
        world.clock().advance(Duration.ofMinutes(2)); // since Bob has last looked
        bob.wakes();
        int before = bob.performed().size();

        assertUndecryptable(bob.read(letter), Reason.UNKNOWN_DEVICE, Proposal.REFRESH);
        assertUndecryptable(bob.read(letter), Reason.UNKNOWN_DEVICE, Proposal.REFRESH);

        assertThat(bob.performed().subList(before, bob.performed().size()))
                .hasExactlyElementsOfTypes(FetchDeviceList.class);
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void noneBeginsForARefusedKey() {
        bob.forgetsSessionsWith(alice);
        bob.decides(alice, Decision.DISTRUST);
        Letter lost = alice.send(bob, "lost");
        world.mail().clear();
        bob.login();

        assertUndecryptable(bob.read(lost), Reason.NO_SESSION, Proposal.REPLACE_SESSION);
        assertThat(world.mail()).isEmpty();
        assertThat(replace(bob, alice)).isEqualTo(Outcome.NOT_TRUSTED);
    }

    @Test
    void aMessageThatDoesNotAuthenticateBeginsNoSessionByItself() {
        Letter broken = alice.send(bob, "broken").spoilt();
        world.mail().clear();

        assertUndecryptable(bob.read(broken), Reason.BROKEN_SESSION, Proposal.REPLACE_SESSION);
        assertThat(((Undecryptable) bob.read(broken)).reaction()).isEqualTo(Reaction.NONE);
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void theApplicationAcceptsTheProposalAndTheNextMessageReads() {
        Object before = activeSession(bob, alice);
        Letter late = alice.send(bob, "late");
        world.mail().clear();
        assertThat(replace(bob, alice)).isEqualTo(Outcome.BEGUN);
        assertThat(world.mail()).hasSize(1);
        assertThat(isKeyExchange(world.mail().getFirst())).isTrue();
        world.deliver();

        alice.send(bob, "next");
        world.deliver();
        assertThat(activeSession(bob, alice)).isNotEqualTo(before);
        bob.read(late);
        assertThat(bob.inbox()).endsWith("next", "late");
    }

    @Test
    void aReplacementIsNotRepeatedForFiveMinutesAndSixADayAreEnough() {
        assertThat(replace(bob, alice)).isEqualTo(Outcome.BEGUN);
        assertThat(replace(bob, alice)).isEqualTo(Outcome.TOO_SOON);
        for (int i = 0; i < 5; i++) {
            world.clock().advance(MINUTES.plusSeconds(1));
            bob.restart();
            assertThat(replace(bob, alice)).isEqualTo(Outcome.BEGUN);
        }
        world.clock().advance(MINUTES.plusSeconds(1));
        assertThat(replace(bob, alice)).isEqualTo(Outcome.TOO_SOON);
        world.clock().advance(Duration.ofDays(1));
        assertThat(replace(bob, alice)).isEqualTo(Outcome.BEGUN);
    }

    @Test
    void onlyListedDevicesGetANewSession() {
        DeviceAddress unlisted = new DeviceAddress(alice.jid(), new DeviceId(99));

        assertThat(attempt(() -> bob.engine().replaceSession(unlisted)).outcome())
                .isEqualTo(Outcome.NOT_LISTED);
        assertThat(attempt(() -> bob.engine().replaceSession(bob.address())).outcome())
                .isEqualTo(Outcome.NOT_LISTED);
    }

    @Test
    void aReplacementWhoseBundleCannotBeHadIsToldAndNotTriedAtEachLogin() {
        world.removeBundle(alice.address());
        replace(bob, alice);
        assertThat(bob.events(OmemoEvent.BundleUnusable.class)).hasSize(1);
        bob.login();

        assertThat(bob.events(OmemoEvent.BundleUnusable.class)).hasSize(1);
        bob.send(alice, "in the old session");
        world.deliver();
        assertThat(alice.inbox()).endsWith("in the old session");
    }

    @Test
    void aNewSessionOfTheirsIsTheReplacement() {
        Replacement asked = attempt(() -> bob.engine().replaceSession(alice.address()));
        assertThat(asked.outcome()).isEqualTo(Outcome.BEGUN);
        alice.forgetsSessionsWith(bob);
        bob.read(alice.send(bob, "anew"));
        world.mail().clear();

        bob.perform(asked.reaction());
        assertThat(world.mail()).as("their session is complete already").isEmpty();
    }

    @Test
    void aTextThatIsSentMeanwhileBeginsTheNewSession() {
        Replacement asked = attempt(() -> bob.engine().replaceSession(alice.address()));
        bob.perform(new Reaction(List.of(new Action.FetchBundle(alice.address(), Omemo2.VERSION)), List.of()));

        assertThat(isKeyExchange(bob.send(alice, "text"))).isTrue();
        bob.perform(asked.reaction());
        assertThat(world.mail()).hasSize(1);
    }

    @Test
    void aMessageFromBeforeTheCurrentSessionProposesNothing() {
        Instant then = world.clock().instant();
        Letter old = alice.send(bob, "old").spoilt();
        world.clock().advance(Duration.ofHours(1));
        alice.forgetsSessionsWith(bob);
        bob.read(alice.send(bob, "new"));

        assertUndecryptable(bob.read(old, Delivery.ARCHIVE, Optional.of(then)), Reason.BROKEN_SESSION, Proposal.NONE);
        assertUndecryptable(
                bob.read(old, Delivery.OFFLINE, Optional.of(world.clock().instant())),
                Reason.BROKEN_SESSION,
                Proposal.REPLACE_SESSION);
    }

    @Test
    void eachReasonHasOneProposal() {
        Map<Proposal, Set<Reason>> reasons = Map.of(
                Proposal.ACCEPT_KEY,
                Set.of(Reason.IDENTITY_KEY_CHANGED, Reason.IDENTITY_KEY_SHARED),
                Proposal.REFRESH,
                Set.of(Reason.UNKNOWN_DEVICE, Reason.UNKNOWN_AUTHOR),
                Proposal.NONE,
                Set.of(Reason.MALFORMED, Reason.ENVELOPE_MISMATCH, Reason.FOREIGN_COPY, Reason.FAILED),
                Proposal.REPLACE_SESSION,
                Set.of(
                        Reason.NO_SESSION,
                        Reason.PREKEY_GONE,
                        Reason.SIGNED_PREKEY_GONE,
                        Reason.BROKEN_SESSION,
                        Reason.TOO_MANY_SKIPPED));

        assertThat(Stream.of(Reason.values()).collect(Collectors.groupingBy(Reason::proposal, Collectors.toSet())))
                .isEqualTo(reasons);
    }

    @Test
    void omemo2IsNotRepairedByItselfWhateverTheConfigurationSays() {
        TestDevice carol = world.device("carol@example.com", new MemoryStore(), World.CONFIG.withAutomaticRepair(true));
        alice.send(carol, "hello");
        world.deliver();
        Letter broken = alice.send(carol, "broken").spoilt();
        world.mail().clear();

        assertUndecryptable(carol.read(broken), Reason.BROKEN_SESSION, Proposal.REPLACE_SESSION);
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void f10_twoClientsThatAlwaysAcceptDoNotStormEachOther() {
        int exchanges = 0;
        for (int minute = 0; minute < 24 * 60; minute++) {
            world.clock().advance(Duration.ofMinutes(1));
            List<Letter> letters = new ArrayList<>(List.of(alice.send(bob, "to bob"), bob.send(alice, "to alice")));
            world.mail().clear();
            for (Letter letter : letters) {
                TestDevice reader = letter.to().equals(bob.jid()) ? bob : alice;
                TestDevice sender = reader == bob ? alice : bob;
                Undecryptable broken = (Undecryptable) reader.read(letter.spoilt());
                if (broken.proposal() == Proposal.REPLACE_SESSION) {
                    replace(reader, sender);
                }
            }
            exchanges += (int) world.mail().stream()
                    .filter(ConversationTest::isKeyExchange)
                    .count();
            world.mail().clear();
        }

        assertThat(exchanges).isPositive().isLessThanOrEqualTo(2 * 6);
    }

    private static Outcome replace(TestDevice of, TestDevice with) {
        Replacement replacement = attempt(() -> of.engine().replaceSession(with.address()));
        of.perform(replacement.reaction());
        return replacement.outcome();
    }

    private static void assertUndecryptable(Decryption decryption, Reason reason, Proposal proposal) {
        assertThat(decryption).isInstanceOfSatisfying(Undecryptable.class, unread -> {
            assertThat(unread.reason()).isEqualTo(reason);
            assertThat(unread.proposal()).isEqualTo(proposal);
        });
    }
}
