/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.UncheckedKeys;
import org.omemo4j.crypto.WipeWatch;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.RatchetException.Reason;
import org.omemo4j.testkit.SeededRandom;

/** What strangers, bad networks and other libraries send. */
class ReceivingTest {

    private final SeededRandom random = new SeededRandom(8);
    private Talker alice;
    private Talker bob;

    @BeforeEach
    void aliceBeginsASessionWithBob() {
        begin(Talker.OMEMO_2);
    }

    // Duplicates

    @Test
    void aMessageReadTwiceIsADuplicate() throws Exception {
        Letter letter = alice.write("one");
        bob.read(letter);

        assertRefused(Reason.DUPLICATE, letter);
    }

    @Test
    void aMessageReadLateIsADuplicateTheSecondTime() throws Exception {
        Letter late = alice.write("late");
        bob.read(alice.write("next"));
        bob.read(late);

        assertRefused(Reason.DUPLICATE, late);
    }

    @Test
    void aMessageOfAClosedChainIsADuplicateDaysLaterToo() throws Exception {
        Letter old = alice.write("old");
        bob.read(old);
        for (int turn = 0; turn < 50; turn++) {
            alice.read(bob.write("pong"));
            bob.read(alice.write("ping"));
        }

        assertRefused(Reason.DUPLICATE, old);
    }

    @Test
    void aLateMessageOfAClosedChainIsADuplicateTheSecondTime() throws Exception {
        bob.read(alice.write("hello"));
        Letter late = alice.write("late");
        alice.read(bob.write("answer"));
        bob.read(alice.write("next turn"));
        bob.read(late);

        assertRefused(Reason.DUPLICATE, late);
    }

    // Far ahead

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

        assertRefused(Reason.TOO_MANY_SKIPPED, alice.write("1001"));
        assertThat(bob.read(first)).isEqualTo("0");
    }

    @Test
    void anAbsurdNumberIsRefusedWithoutDerivingAnything() throws Exception {
        Letter inOpenChain = alice.write("one");
        bob.read(inOpenChain);
        X25519KeyPair stranger = X25519KeyPair.generate(random);

        for (RatchetHeader header : List.of(
                new RatchetHeader(inOpenChain.header().ratchetKey(), RatchetHeader.MAX_NUMBER, 0),
                new RatchetHeader(stranger.publicKey(), RatchetHeader.MAX_NUMBER, 0),
                new RatchetHeader(stranger.publicKey(), 1001, RatchetHeader.MAX_NUMBER))) {
            try (WipeWatch watch = WipeWatch.begin()) {
                assertRefused(Reason.TOO_MANY_SKIPPED, inOpenChain.withHeader(header));
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

    // pn

    @Test
    void aPnOneLessThanTheCountLosesNothing() throws Exception {
        bob.read(alice.write("0"));
        Letter late = alice.write("1");
        alice.read(bob.write("answer"));
        Incoming step = receive(withPn(alice.write("2").header(), 1));

        assertThat(step.added())
                .extracting(SkippedMessageKey::id)
                .containsExactly(new SkippedKeyId(late.header().ratchetKey(), 1));
    }

    @Test
    void anExactPnKeepsOneKeyMore() throws Exception {
        bob.read(alice.write("0"));
        alice.write("1");
        alice.read(bob.write("answer"));
        Incoming step = receive(alice.write("2").header());

        assertThat(step.added()).extracting(row -> row.id().n()).containsExactly(1L, 2L);
    }

    @Test
    void anAbsurdPnSkipsNothingOfTheOldChainAndDoesNotBlockTheStep() throws Exception {
        bob.read(alice.write("0"));
        alice.read(bob.write("answer"));
        RatchetHeader good = alice.write("2").header();
        Incoming step = receive(withPn(good, RatchetHeader.MAX_NUMBER));

        assertThat(step.added()).isEmpty();
        assertThat(step.messageKey()).isEqualTo(receive(good).messageKey());
    }

    @Test
    void aPnAtTheLimitSkipsAndBeyondItDoesNot() throws Exception {
        bob.read(alice.write("0"));
        alice.read(bob.write("answer"));
        RatchetHeader good = alice.write("2").header();

        assertThat(receive(withPn(good, 1001)).next().nextSkippedNumber()).isEqualTo(1001);
        assertThat(receive(withPn(good, 1002)).next().nextSkippedNumber()).isZero();
    }

    @Test
    void aPnBelowWhatWasReadSkipsNothing() throws Exception {
        bob.read(alice.write("0"));
        bob.read(alice.write("1"));
        alice.read(bob.write("answer"));

        assertThat(receive(withPn(alice.write("2").header(), 0)).added()).isEmpty();
    }

    // What is kept

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
        assertRefused(Reason.DUPLICATE, oldest);
    }

    @Test
    void manyChainsWithManySkippedKeysStayWithinTheLimit() throws Exception {
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
        Incoming first = receive(second.header());
        bob.read(second);
        alice.write("lost");
        alice.write("lost");
        Incoming next = receive(alice.write("fifth").header());

        assertThat(first.added()).extracting(SkippedMessageKey::number).containsExactly(0L);
        assertThat(next.added()).extracting(SkippedMessageKey::number).containsExactly(1L, 2L);
        assertThat(next.dropBelow()).isZero();
    }

    @Test
    void aStoredKeyIsUsedUp() throws Exception {
        Letter late = alice.write("late");
        bob.read(alice.write("next"));
        Incoming step = receive(late.header());

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
        Incoming step = receive(alice.write("ping").header());

        assertThat(step.closed()).map(ClosedChain::number).contains(9L);
        assertThat(step.dropClosedBelow()).isEqualTo(7);
    }

    // Several receiving chains

    @Test
    void withSeveralChainsOldOnesKeepTheirKeyAndNeedNoPn() throws Exception {
        begin(new RatchetParameters("WhisperRatchet", Talker.INFO, 1000, 1000, 5));
        bob.read(alice.write("0"));
        Letter late = alice.write("1");
        alice.read(bob.write("answer"));
        Letter next = alice.write("2");
        Incoming step = receive(withPn(next.header(), 0));
        bob.read(next);

        assertThat(step.added()).isEmpty();
        assertThat(step.closed()).isEmpty();
        assertThat(bob.read(late)).isEqualTo("1");
    }

    @Test
    void theOldestOfSixChainsIsClosed() throws Exception {
        begin(new RatchetParameters("WhisperRatchet", Talker.INFO, 1000, 1000, 5));
        Letter[] late = new Letter[6];
        for (int turn = 0; turn < 6; turn++) {
            bob.read(alice.write("turn"));
            late[turn] = alice.write("late " + turn);
            alice.read(bob.write("answer"));
        }

        assertThat(bob.state().receivingChains()).hasSize(5);
        assertRefused(Reason.DUPLICATE, late[0]);
        for (int turn = 1; turn < 6; turn++) {
            assertThat(bob.read(late[turn])).isEqualTo("late " + turn);
        }
    }

    // Forgeries

    @Test
    void aForgedRatchetKeyMakesAKeyThatOpensNothingAndChangesNothing() throws Exception {
        Letter good = alice.write("good");
        RatchetState before = bob.state();
        RatchetHeader forged = new RatchetHeader(X25519KeyPair.generate(random).publicKey(), 0, 0);

        assertThatExceptionOfType(ForgedException.class).isThrownBy(() -> bob.read(good.withHeader(forged)));

        assertThat(bob.state()).isEqualTo(before);
        assertThat(bob.keys().size()).isZero();
        assertThat(bob.read(good)).isEqualTo("good");
    }

    @Test
    void aForgedCopyOfALateMessageDoesNotUseItsKeyUp() throws Exception {
        Letter late = alice.write("late");
        bob.read(alice.write("next"));
        byte[] broken = late.ciphertext().toByteArray();
        broken[0] ^= 1;
        Letter forged = new Letter(late.header(), org.omemo4j.crypto.Bytes.of(broken), late.tag());

        assertThatExceptionOfType(ForgedException.class).isThrownBy(() -> bob.read(forged));

        assertThat(bob.read(late)).isEqualTo("late");
    }

    @Test
    void nobodySendsWithTheSignedPreKey() throws Exception {
        Letter toBob = alice.write("one");
        RatchetHeader header =
                new RatchetHeader(alice.state().remoteRatchetKey().orElseThrow(), 0, 0);

        assertThatExceptionOfType(RatchetException.class)
                .isThrownBy(() -> alice.read(toBob.withHeader(header)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_RECEIVING_CHAIN));
    }

    @Test
    void aRatchetKeyOfLowOrderIsRefusedEvenBehindTheBoundary() {
        RatchetHeader header = new RatchetHeader(UncheckedKeys.lowOrder(), 0, 0);

        assertRefused(Reason.INVALID_KEY, alice.write("one").withHeader(header));
    }

    @Test
    void theRowOfAnotherMessageIsTheCallersMistake() {
        RatchetHeader header = alice.write("one").header();
        SkippedMessageKey row =
                new SkippedMessageKey(new SkippedKeyId(header.ratchetKey(), 1), Secret.random(random, 32), 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> bob.ratchet().receive(bob.state(), header, new StoredKeys(Optional.of(row), false)));
    }

    private void begin(RatchetParameters parameters) {
        Talker[] pair = Talker.pair(parameters, random);
        alice = pair[0];
        bob = pair[1];
    }

    /** What reading would do, without doing it. */
    private Incoming receive(RatchetHeader header) throws RatchetException {
        return bob.ratchet()
                .receive(bob.state(), header, bob.keys().find(bob.ratchet().lookup(bob.state(), header)));
    }

    private void assertRefused(Reason reason, Letter letter) {
        RatchetState before = bob.state();
        int keysBefore = bob.keys().size();
        assertThatExceptionOfType(RatchetException.class)
                .isThrownBy(() -> bob.read(letter))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(bob.state()).isEqualTo(before);
        assertThat(bob.keys().size()).isEqualTo(keysBefore);
    }

    private static RatchetHeader withPn(RatchetHeader header, long pn) {
        return new RatchetHeader(header.ratchetKey(), header.n(), pn);
    }
}
