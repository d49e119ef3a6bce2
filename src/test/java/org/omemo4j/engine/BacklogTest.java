/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.Outcomes.assertDuplicate;
import static org.omemo4j.engine.Outcomes.assertRefused;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** What is different while messages from before are still coming in. */
class BacklogTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice carol = world.device("carol@example.net");
    private final List<Changes> commits = new ArrayList<>();
    private final TestDevice bob =
            world.device("bob@example.com", InterceptedStore.watched(new MemoryStore(), commits::add), World.CONFIG);

    @BeforeEach
    void login() {
        bob.loginWithBacklog();
    }

    @Test
    void aPrekeyThatIsUsedStaysHiddenUntilItIsOver() {
        bob.read(alice.send(bob, "one"), Delivery.LIVE);
        assertThat(hidden()).hasSize(1);

        bob.caughtUp();

        assertThat(hidden()).isEmpty();
    }

    @Test
    void e3_aReplayWhileThePrekeyIsHiddenMakesNoSession() {
        Letter letter = alice.send(bob, "one");
        bob.read(letter);
        long session = attempt(() -> bob.store().sessions(alice.address(), "urn:xmpp:omemo:2"))
                .get(0)
                .id();

        assertDuplicate(bob.read(letter));

        assertThat(attempt(() -> bob.store().sessions(alice.address(), "urn:xmpp:omemo:2")))
                .singleElement()
                .satisfies(row -> assertThat(row.id()).isEqualTo(session));
    }

    @Test
    void e4_twoSendersMayHaveUsedOnePrekeyBeforeItIsOverAndNotAfter() {
        TestDevice dave = world.device("dave@example.net");
        onePrekeyOnly();
        Letter fromAlice = alice.send(bob, "from alice");
        Letter fromCarol = carol.send(bob, "from carol");
        Letter fromDave = dave.send(bob, "from dave");
        world.mail().clear();

        bob.read(fromAlice, Delivery.LIVE);
        bob.read(fromCarol, Delivery.ARCHIVE);
        assertThat(world.mail()).isEmpty();
        bob.caughtUp();

        assertThat(bob.inbox()).containsExactly("from alice", "from carol");
        assertThat(world.mail()).hasSize(2); // an empty message first, to each of them
        assertRefused(bob.read(fromDave, Delivery.ARCHIVE), Reason.PREKEY_GONE);
    }

    @Test
    void answersWaitAndAreOnePerDevice() {
        bob.read(alice.send(bob, "one"));
        bob.read(alice.send(bob, "two"));
        bob.read(carol.send(bob, "three"), Delivery.ARCHIVE);
        assertThat(bob.performed(SendEmptyMessage.class)).isEmpty();

        bob.caughtUp();

        assertThat(bob.performed(SendEmptyMessage.class))
                .containsExactlyInAnyOrder(
                        new SendEmptyMessage(alice.address(), Omemo2.VERSION),
                        new SendEmptyMessage(carol.address(), Omemo2.VERSION));
    }

    @Test
    void whoWasWrittenToMeanwhileNeedsNoAnswer() {
        bob.read(alice.send(bob, "one"));
        bob.send(alice, "two");

        bob.caughtUp();

        assertThat(bob.performed(SendEmptyMessage.class)).isEmpty();
    }

    @Test
    void afterwardsAnAnswerGoesAtOnce() {
        bob.caughtUp();

        bob.read(alice.send(bob, "one"));

        assertThat(bob.performed(SendEmptyMessage.class)).hasSize(1);
    }

    @Test
    void itBeginsAgainWithAnArchiveThatIsRead() {
        bob.caughtUp();
        attempt(() -> {
            bob.engine().catchUp();
            return bob;
        });

        bob.read(alice.send(bob, "one"));

        assertThat(hidden()).hasSize(1);
        assertThat(bob.performed(SendEmptyMessage.class)).isEmpty();
    }

    @Test
    void aHostThatNeverSaysThatItIsOverIsNotWaitedForLongerThanTenMinutes() {
        bob.read(alice.send(bob, "one"));
        world.clock().advance(Duration.ofMinutes(10).minusNanos(1));
        bob.perform(attempt(bob.engine()::maintain));
        assertThat(hidden()).hasSize(1);

        world.clock().advance(Duration.ofNanos(1));
        bob.read(carol.send(bob, "two"));
        assertThat(bob.performed(SendEmptyMessage.class)).hasSize(1);
        bob.perform(attempt(bob.engine()::maintain));

        assertThat(hidden()).isEmpty();
        assertThat(bob.performed(SendEmptyMessage.class)).hasSize(2);
    }

    @Test
    void whatIsReadInTheArchiveGoesToTheStoreInBatches() {
        talk();
        List<Letter> answers =
                Stream.generate(() -> bob.send(alice, "yes")).limit(3).toList();
        commits.clear();

        for (int i = 0; i < 250; i++) {
            if (i % 100 == 50) {
                alice.read(answers.get(i / 100)); // else she would begin a new session
            }
            bob.read(alice.send(bob, "message " + i), Delivery.ARCHIVE);
        }

        assertThat(durabilities().stream().filter(Durability.BATCHED::equals)).hasSize(248);
        assertThat(durabilities().get(99)).isEqualTo(Durability.RELAXED);
        assertThat(durabilities().get(199)).isEqualTo(Durability.RELAXED);
    }

    @Test
    void aBatchEndsWithItOrWhenTheHostSaysSo() throws Exception {
        talk();
        bob.read(alice.send(bob, "one"), Delivery.ARCHIVE);

        bob.engine().settle();
        bob.engine().settle();
        bob.read(alice.send(bob, "two"), Delivery.ARCHIVE);
        bob.caughtUp();
        bob.read(alice.send(bob, "three"), Delivery.ARCHIVE);

        // One for each message, one for each batch that ends, and one for the prekey that was hidden.
        assertThat(durabilities())
                .containsExactly(
                        Durability.BATCHED,
                        Durability.RELAXED,
                        Durability.BATCHED,
                        Durability.RELAXED,
                        Durability.RELAXED,
                        Durability.RELAXED);
    }

    @Test
    void whatWeSendIsOnTheDiskWithTheBatchBeforeIt() {
        talk();
        bob.read(alice.send(bob, "one"), Delivery.ARCHIVE);

        bob.send(alice, "two");

        assertThat(durabilities()).containsExactly(Durability.BATCHED, Durability.FLUSHED);
    }

    @Test
    void whatCannotBeAskedForAgainIsNotBatchedAndTakesTheBatchAlong() {
        talk();
        bob.read(alice.send(bob, "one"), Delivery.ARCHIVE);

        bob.read(alice.send(bob, "two"), Delivery.OFFLINE);
        bob.read(alice.send(bob, "three"), Delivery.CARBON);
        bob.read(alice.send(bob, "four"), Delivery.LIVE);

        assertThat(durabilities())
                .containsExactly(Durability.BATCHED, Durability.RELAXED, Durability.RELAXED, Durability.RELAXED);
    }

    /** The session is complete, and bob has logged in again. */
    private void talk() {
        alice.send(bob, "Hello");
        world.deliver();
        bob.send(alice, "Hello");
        world.deliver();
        commits.clear();
    }

    private List<Durability> durabilities() {
        return commits.stream().map(Changes::durability).toList();
    }

    private void onePrekeyOnly() {
        Bundle bundle = world.bundle(bob.address());
        world.putBundle(
                bob.address(),
                Omemo2.VERSION
                        .elements()
                        .toXml(new Bundle(
                                bundle.identityKey(),
                                bundle.signedPreKey(),
                                List.of(bundle.preKeys().get(0)))));
    }

    private List<PreKeyRecord> hidden() {
        return attempt(() -> bob.store().preKeys(Omemo2.VERSION.namespace())).stream()
                .filter(row -> row.hiddenSince().isPresent())
                .toList();
    }
}
