/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.Outcomes.assertRefusedWithoutTrace;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.PreKeyPolicy.Fate;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.store.Changes;
import org.omemo4j.store.PreKeyRecord;
import org.omemo4j.store.SignedPreKeyRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.x3dh.PreKey;

/** Our own prekeys: how many, under which ids, and for how long. */
class OwnKeysTest {
    private static final String NAMESPACE = "urn:xmpp:omemo:2";

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @BeforeEach
    void theLoginsAreOver() {
        world.clock().advance(Publications.PERIOD);
    }

    @Test
    void aNewBundleHasAHundredPrekeysWithIdsFromOne() {
        assertThat(world.bundle(bob.address()).preKeys())
                .extracting(PreKey::id)
                .hasSize(100)
                .startsWith(1)
                .endsWith(100);
    }

    @Test
    void aUsedPrekeyLeavesTheBundleAndANewOneComesIn() {
        Set<Integer> before = ids(world.bundle(bob.address()));
        bob.read(alice.send(bob, "one"));

        Set<Integer> after = ids(world.bundle(bob.address()));
        assertThat(after).hasSize(100).contains(101);
        before.removeAll(after);
        assertThat(before).hasSize(1);
    }

    @Test
    void theUsedPrekeyIsGoneFromTheStoreAtOnce() {
        Set<Integer> before = ids(world.bundle(bob.address()));
        bob.read(alice.send(bob, "one"));

        before.removeAll(ids(world.bundle(bob.address())));
        int used = before.iterator().next();
        assertThat(attempt(() -> bob.store().preKey(NAMESPACE, used))).isEmpty();
    }

    @Test
    void idsAreNeverUsedTwiceAlsoAcrossRestarts() {
        Set<Integer> seen = ids(world.bundle(bob.address()));
        for (int i = 0; i < 5; i++) {
            bob.read(alice.send(bob, "message " + i));
            alice.forgetsSessionsWith(bob);
            bob.restart();
            Set<Integer> now = ids(world.bundle(bob.address()));
            now.removeAll(seen);
            assertThat(now).containsExactly(101 + i);
            seen.addAll(now);
        }
    }

    @Test
    void noIdIsAboveTheHighestThatEveryClientReads() {
        bob.whileStopped(store -> List.of(new Changes.PutOwnBundle(
                store.ownBundle(NAMESPACE).orElseThrow().withNextPreKeyId(OwnKeys.MAX_PRE_KEY_ID))));
        bob.login();
        bob.read(alice.send(bob, "one"));
        alice.forgetsSessionsWith(bob);
        bob.read(alice.send(bob, "two"));
        world.clock().advance(Publications.PERIOD);
        bob.wakes();

        assertThat(world.bundle(bob.address()).preKeys())
                .hasSize(99)
                .extracting(PreKey::id)
                .endsWith(0xFFFFFE);
        assertThat(bob.inbox()).containsExactly("one", "two");
    }

    @Test
    void theSignedPrekeyIsRotatedEachWeek() {
        int before = world.bundle(bob.address()).signedPreKey().id();
        pass(bob, Duration.ofDays(6));
        assertThat(world.bundle(bob.address()).signedPreKey().id()).isEqualTo(before);

        pass(bob, Duration.ofDays(1));

        assertThat(world.bundle(bob.address()).signedPreKey().id()).isEqualTo(before + 1);
    }

    @Test
    void aKeyExchangeWithThePredecessorReads() {
        Letter late = alice.send(bob, "late");
        pass(bob, Duration.ofDays(7));

        bob.read(late);

        assertThat(bob.inbox()).containsExactly("late");
    }

    @Test
    void e5_aKeyExchangeWithAnOlderOneIsRefused() {
        Letter late = alice.send(bob, "too late");
        pass(bob, Duration.ofDays(7));
        pass(bob, Duration.ofDays(7));

        assertRefusedWithoutTrace(bob, late, Reason.SIGNED_PREKEY_GONE);
        assertThat(attempt(() -> bob.store().signedPreKeys(NAMESPACE)))
                .extracting(SignedPreKeyRecord::id)
                .containsExactly(3, 2);
    }

    @Test
    void theRotationIsAChoice() {
        TestDevice carol = world.device(
                "carol@example.com", new MemoryStore(), World.CONFIG.withSignedPreKeyRotation(Duration.ofDays(30)));
        pass(carol, Duration.ofDays(29));
        assertThat(world.bundle(carol.address()).signedPreKey().id()).isEqualTo(1);

        pass(carol, Duration.ofDays(1));

        assertThat(world.bundle(carol.address()).signedPreKey().id()).isEqualTo(2);
    }

    @Test
    void aRotationThatIsOverdueHappensAtTheNextStart() {
        world.clock().advance(Duration.ofDays(20));

        bob.restart();

        assertThat(world.bundle(bob.address()).signedPreKey().id()).isEqualTo(2);
    }

    @Test
    void aPrekeyThatThePolicyKeepsStaysInTheBundle() {
        TestDevice carol = with(use -> Fate.KEEP);
        Bundle before = world.bundle(carol.address());

        carol.read(alice.send(carol, "one"));

        assertThat(world.bundle(carol.address())).isEqualTo(before);
    }

    @Test
    void aPrekeyThatThePolicyHidesLeavesTheBundleButNotTheStore() {
        TestDevice carol = with(use -> Fate.HIDE);

        carol.read(alice.send(carol, "one"));
        world.clock().advance(Publications.PERIOD);
        carol.wakes();

        assertThat(ids(world.bundle(carol.address()))).hasSize(100).contains(101);
        assertThat(hidden(carol)).hasSize(1);
    }

    @Test
    void aPrekeyThatThePolicyDeletesIsGone() {
        TestDevice carol = with(use -> Fate.DELETE);

        carol.read(alice.send(carol, "one"), Delivery.OFFLINE);

        assertThat(hidden(carol)).isEmpty();
    }

    @Test
    void thePolicyIsToldWhoUsedThePrekeyAndWhetherWeAreCatchingUp() {
        Set<PreKeyPolicy.Use> uses = new HashSet<>();
        TestDevice carol = with(use -> {
            uses.add(use);
            return Fate.DELETE;
        });

        carol.read(alice.send(carol, "one"), Delivery.OFFLINE);
        carol.read(bob.send(carol, "two"), Delivery.LIVE);

        assertThat(uses)
                .containsExactlyInAnyOrder(
                        new PreKeyPolicy.Use(Optional.of(alice.address()), Duration.ZERO, true),
                        new PreKeyPolicy.Use(Optional.of(bob.address()), Duration.ZERO, false));
    }

    @Test
    void byDefaultALiveKeyExchangeDeletesItsPrekey() {
        bob.read(alice.send(bob, "one"), Delivery.LIVE);

        assertThat(hidden(bob)).isEmpty();
    }

    @Test
    void byDefaultAKeyExchangeWhileCatchingUpHidesIt() {
        bob.read(alice.send(bob, "one"), Delivery.OFFLINE);

        assertThat(hidden(bob)).hasSize(1);
    }

    @Test
    void aHiddenPrekeyOutlivesARestartAndGoesWithMaintenance() {
        bob.read(alice.send(bob, "one"), Delivery.OFFLINE);
        bob.restartOffline();
        assertThat(hidden(bob)).hasSize(1);

        bob.perform(attempt(bob.engine()::maintain));

        assertThat(hidden(bob)).isEmpty();
    }

    @Test
    void aHiddenPrekeyGoesAfterAWeekWhateverHappens() {
        bob.read(alice.send(bob, "one"), Delivery.OFFLINE);
        world.clock().advance(Duration.ofDays(7));

        bob.restartOffline();

        assertThat(hidden(bob)).isEmpty();
    }

    private TestDevice with(PreKeyPolicy policy) {
        return world.device("carol@example.com", new MemoryStore(), World.CONFIG.withPreKeyPolicy(policy));
    }

    private void pass(TestDevice device, Duration time) {
        world.clock().advance(time);
        device.perform(attempt(device.engine()::maintain));
    }

    private static Set<Integer> ids(Bundle bundle) {
        Set<Integer> ids = new HashSet<>();
        bundle.preKeys().forEach(preKey -> ids.add(preKey.id()));
        return ids;
    }

    private static List<PreKeyRecord> hidden(TestDevice device) {
        return attempt(() -> device.store().preKeys(NAMESPACE)).stream()
                .filter(row -> row.hiddenSince().isPresent())
                .toList();
    }
}
