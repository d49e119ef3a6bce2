/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.UncheckedKeys;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.RatchetException.Reason;
import org.omemo4j.testkit.SeededRandom;

/** What repeats, forges and comes late. */
class ReceivingTest {

    private final SeededRandom random = new SeededRandom(8);
    private Talker alice;
    private Talker bob;

    @BeforeEach
    void aliceBeginsASessionWithBob() {
        begin(Talker.OMEMO_2);
    }

    @Test
    void aMessageReadTwiceIsADuplicate() throws Exception {
        Letter letter = alice.write("one");
        bob.read(letter);

        bob.assertRefuses(Reason.DUPLICATE, letter);
    }

    @Test
    void aMessageReadLateIsADuplicateTheSecondTime() throws Exception {
        Letter late = alice.write("late");
        bob.read(alice.write("next"));
        bob.read(late);

        bob.assertRefuses(Reason.DUPLICATE, late);
    }

    @Test
    void aMessageOfAClosedChainIsADuplicateDaysLaterToo() throws Exception {
        Letter old = alice.write("old");
        bob.read(old);
        for (int turn = 0; turn < 50; turn++) {
            alice.read(bob.write("pong"));
            bob.read(alice.write("ping"));
        }

        bob.assertRefuses(Reason.DUPLICATE, old);
    }

    @Test
    void aLateMessageOfAClosedChainIsADuplicateTheSecondTime() throws Exception {
        bob.read(alice.write("hello"));
        Letter late = alice.write("late");
        alice.read(bob.write("answer"));
        bob.read(alice.write("next turn"));
        bob.read(late);

        bob.assertRefuses(Reason.DUPLICATE, late);
    }

    @Test
    void withSeveralChainsOldOnesKeepTheirKeyAndNeedNoPn() throws Exception {
        begin(new RatchetParameters("WhisperRatchet", Talker.INFO, 1000, 1000, 5));
        bob.read(alice.write("0"));
        Letter late = alice.write("1");
        alice.read(bob.write("answer"));
        Letter next = alice.write("2");
        Incoming step = bob.look(withPn(next.header(), 0));
        bob.read(next);

        assertThat(step.added()).isEmpty();
        assertThat(step.closed()).isEmpty();
        assertThat(bob.read(late)).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, RatchetHeader.MAX_NUMBER})
    void withSeveralChainsLateMessagesReadWhateverPnSays(long pn) throws Exception {
        begin(new RatchetParameters("WhisperRatchet", Talker.INFO, 1000, 1000, 5));
        Letter[] late = new Letter[4];
        for (int turn = 0; turn < late.length; turn++) {
            late[turn] = alice.write("late " + turn);
            Letter latest = alice.write("latest");
            assertThat(bob.look(withPn(latest.header(), pn)).next())
                    .isEqualTo(bob.look(latest.header()).next());
            bob.read(latest);
            alice.read(bob.write("answer"));
        }

        for (int turn = 0; turn < late.length; turn++) {
            assertThat(bob.read(late[turn])).isEqualTo("late " + turn);
        }
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
        bob.assertRefuses(Reason.DUPLICATE, late[0]);
        for (int turn = 1; turn < 6; turn++) {
            assertThat(bob.read(late[turn])).isEqualTo("late " + turn);
        }
    }

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

        bob.assertRefuses(Reason.INVALID_KEY, alice.write("one").withHeader(header));
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

    private static RatchetHeader withPn(RatchetHeader header, long pn) {
        return new RatchetHeader(header.ratchetKey(), header.n(), pn);
    }
}
