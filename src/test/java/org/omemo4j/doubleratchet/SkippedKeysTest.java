/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.WipeWatch;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.RatchetException.Reason;
import org.omemo4j.testkit.SeededRandom;

/** Messages that run ahead, the previous chain's length in both conventions, and what a session keeps. */
class SkippedKeysTest {

    private final SeededRandom random = new SeededRandom(8);
    private Talker alice;
    private Talker bob;

    @BeforeEach
    void aliceBeginsASessionWithBob() {
        begin(Talker.OMEMO_2);
    }

    @Test
    void aMessageAtTheLimitIsReadAndAllBeforeItLater() throws Exception {
        Letter first = alice.write("0");
        for (int i = 1; i < 1000; i++) {
            alice.write("lost");
        }

        assertThat(bob.read(alice.write("1000"))).isEqualTo("1000");
        assertThat(bob.read(first)).isEqualTo("0");
        assertThat(bob.keys().size()).isEqualTo(999);
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedAndTheNextGoodOneIsRead() throws Exception {
        Letter first = alice.write("0");
        for (int i = 1; i <= 1000; i++) {
            alice.write("lost");
        }

        bob.assertRefuses(Reason.TOO_MANY_SKIPPED, alice.write("1001"));
        assertThat(bob.read(first)).isEqualTo("0");
    }

    @Test
    void f1_anAbsurdNumberIsRefusedWithoutDerivingAnything() throws Exception {
        Letter inOpenChain = alice.write("one");
        bob.read(inOpenChain);
        X25519KeyPair stranger = X25519KeyPair.generate(random);

        for (RatchetHeader header : List.of(
                new RatchetHeader(inOpenChain.header().ratchetKey(), RatchetHeader.MAX_NUMBER, 0),
                new RatchetHeader(stranger.publicKey(), RatchetHeader.MAX_NUMBER, 0),
                new RatchetHeader(stranger.publicKey(), 1001, RatchetHeader.MAX_NUMBER))) {
            try (WipeWatch watch = WipeWatch.begin()) {
                bob.assertRefuses(Reason.TOO_MANY_SKIPPED, inOpenChain.withHeader(header));
                assertThat(watch.count()).isZero();
            }
        }
    }

    @Test
    void theWatchOfThatTestSeesEveryDerivation() throws Exception {
        try (WipeWatch watch = WipeWatch.begin()) {
            bob.read(alice.write("one"));
            assertThat(watch.count()).isPositive();
        }
    }

    @Test
    void aPnOneLessThanTheCountLosesNothing() throws Exception {
        bob.read(alice.write("0"));
        Letter late = alice.write("1");
        alice.read(bob.write("answer"));
        Incoming step = bob.look(withPn(alice.write("2").header(), 1));

        assertThat(step.added())
                .extracting(SkippedMessageKey::id)
                .containsExactly(new SkippedKeyId(late.header().ratchetKey(), 1));
    }

    @Test
    void anExactPnKeepsOneKeyMore() throws Exception {
        bob.read(alice.write("0"));
        alice.write("1");
        alice.read(bob.write("answer"));
        Incoming step = bob.look(alice.write("2").header());

        assertThat(step.added()).extracting(row -> row.id().n()).containsExactly(1L, 2L);
    }

    @Test
    void f2_anAbsurdPnSkipsNothingOfTheOldChainAndDoesNotBlockTheStep() throws Exception {
        bob.read(alice.write("0"));
        alice.read(bob.write("answer"));
        RatchetHeader good = alice.write("2").header();
        Incoming step = bob.look(withPn(good, RatchetHeader.MAX_NUMBER));

        assertThat(step.added()).isEmpty();
        assertThat(step.messageKey()).isEqualTo(bob.look(good).messageKey());
    }

    @Test
    void aPnAtTheLimitSkipsAndBeyondItDoesNot() throws Exception {
        bob.read(alice.write("0"));
        alice.read(bob.write("answer"));
        RatchetHeader good = alice.write("2").header();

        assertThat(bob.look(withPn(good, 1001)).next().nextSkippedNumber()).isEqualTo(1001);
        assertThat(bob.look(withPn(good, 1002)).next().nextSkippedNumber()).isZero();
    }

    @Test
    void aPnBelowWhatWasReadSkipsNothing() throws Exception {
        bob.read(alice.write("0"));
        bob.read(alice.write("1"));
        alice.read(bob.write("answer"));

        assertThat(bob.look(withPn(alice.write("2").header(), 0)).added()).isEmpty();
    }

    @Test
    void oneSessionKeepsTheThousandYoungestKeys() throws Exception {
        Letter oldest = alice.write("oldest");
        for (int i = 1; i < 600; i++) {
            alice.write("lost");
        }
        bob.read(alice.write("600"));
        for (int i = 0; i < 600; i++) {
            alice.write("lost");
        }
        Letter youngest = alice.write("youngest");
        bob.read(alice.write("last"));

        assertThat(bob.keys().size()).isEqualTo(1000);
        assertThat(bob.read(youngest)).isEqualTo("youngest");
        bob.assertRefuses(Reason.DUPLICATE, oldest);
    }

    @Test
    void f3_manyChainsWithManySkippedKeysStayWithinTheLimit() throws Exception {
        for (int turn = 0; turn < 8; turn++) {
            for (int i = 0; i < 400; i++) {
                alice.write("lost");
            }
            bob.read(alice.write("turn " + turn));
            alice.read(bob.write("answer"));
        }

        assertThat(bob.keys().size()).isLessThanOrEqualTo(1000);
    }

    @Test
    void theNumbersOfSkippedKeysAscendAcrossSteps() throws Exception {
        alice.write("lost");
        Letter second = alice.write("second");
        Incoming first = bob.look(second.header());
        bob.read(second);
        alice.write("lost");
        alice.write("lost");
        Incoming next = bob.look(alice.write("fifth").header());

        assertThat(first.added()).extracting(SkippedMessageKey::number).containsExactly(0L);
        assertThat(next.added()).extracting(SkippedMessageKey::number).containsExactly(1L, 2L);
        assertThat(next.dropBelow()).isZero();
    }

    @Test
    void aStoredKeyIsUsedUp() throws Exception {
        Letter late = alice.write("late");
        bob.read(alice.write("next"));
        Incoming step = bob.look(late.header());

        assertThat(step.used()).contains(new SkippedKeyId(late.header().ratchetKey(), 0));
        assertThat(step.next()).isEqualTo(bob.state());
        bob.read(late);
        assertThat(bob.keys().size()).isZero();
    }

    @Test
    void closedChainsAreRememberedWithinTheLimit() throws Exception {
        begin(new RatchetParameters("OMEMO Root Chain", Talker.INFO, 1000, 3, 1));
        for (int turn = 0; turn < 10; turn++) {
            bob.read(alice.write("ping"));
            alice.read(bob.write("pong"));
        }
        Incoming step = bob.look(alice.write("ping").header());

        assertThat(step.closed()).map(ClosedChain::number).contains(9L);
        assertThat(step.dropClosedBelow()).isEqualTo(7);
    }

    private void begin(RatchetParameters parameters) {
        Talker[] pair = Talker.pair(parameters, random);
        alice = pair[0];
        bob = pair[1];
    }

    private static RatchetHeader withPn(RatchetHeader header, long pn) {
        return new RatchetHeader(header.ratchetKey(), header.n(), pn);
    }
}
