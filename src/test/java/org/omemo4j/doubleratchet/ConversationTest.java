/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.SeededRandom;

class ConversationTest {

    private Talker alice;
    private Talker bob;

    @BeforeEach
    void aliceBeginsASessionWithBob() {
        Talker[] pair = Talker.pair(Talker.OMEMO_2, new SeededRandom(7));
        alice = pair[0];
        bob = pair[1];
    }

    @Test
    void bobReadsMessagesThatArriveOutOfOrder() throws Exception {
        Letter first = alice.write("one");
        Letter second = alice.write("two");
        Letter third = alice.write("three");

        assertThat(bob.read(third)).isEqualTo("three");
        assertThat(bob.read(first)).isEqualTo("one");
        assertThat(bob.read(second)).isEqualTo("two");
    }

    @Test
    void bothTalkInTurns() throws Exception {
        for (int round = 0; round < 20; round++) {
            assertThat(bob.read(alice.write("ping " + round))).isEqualTo("ping " + round);
            assertThat(alice.read(bob.write("pong " + round))).isEqualTo("pong " + round);
        }
    }

    @Test
    void aLateMessageOfAnEarlierTurnIsRead() throws Exception {
        bob.read(alice.write("hello"));
        Letter late = alice.write("late");
        Letter latest = alice.write("latest");
        alice.read(bob.write("answer"));
        bob.read(alice.write("next turn"));

        assertThat(bob.read(latest)).isEqualTo("latest");
        assertThat(bob.read(late)).isEqualTo("late");
    }

    @Test
    void bothWriteAtOnce() throws Exception {
        bob.read(alice.write("hello"));
        Letter fromAlice = alice.write("a");
        Letter fromBob = bob.write("b");

        assertThat(alice.read(fromBob)).isEqualTo("b");
        assertThat(bob.read(fromAlice)).isEqualTo("a");
        assertThat(bob.read(alice.write("a2"))).isEqualTo("a2");
        assertThat(alice.read(bob.write("b2"))).isEqualTo("b2");
    }

    @Test
    void theOtherSideReadsBeforeItWrites() {
        assertThatIllegalStateException().isThrownBy(() -> bob.write("too early"));
    }

    @Test
    void headersCountWithinAChainAndTellTheLengthOfTheLastOne() throws Exception {
        Letter first = alice.write("0");
        Letter second = alice.write("1");
        bob.read(first);
        bob.read(second);
        alice.read(bob.write("answer"));
        Letter third = alice.write("2");

        assertThat(List.of(
                        first.header().n(), second.header().n(), third.header().n()))
                .containsExactly(0L, 1L, 0L);
        assertThat(List.of(
                        first.header().pn(),
                        second.header().pn(),
                        third.header().pn()))
                .containsExactly(0L, 0L, 2L);
        assertThat(third.header().ratchetKey()).isNotEqualTo(first.header().ratchetKey());
    }

    @Test
    void aNewRatchetKeyIsMadeByTheNextMessageAndNotByReading() throws Exception {
        bob.read(alice.write("one"));
        RatchetState reading = bob.state();
        bob.read(alice.write("two"));

        assertThat(reading.sendingChain()).isEmpty();
        assertThat(bob.state().ownRatchetKey()).isEqualTo(reading.ownRatchetKey());
        bob.write("answer");
        assertThat(bob.state().ownRatchetKey()).isNotEqualTo(reading.ownRatchetKey());
    }

    @Test
    void noTwoMessagesShareAKey() throws Exception {
        List<MessageKey> keys = new ArrayList<>();
        for (int turn = 0; turn < 5; turn++) {
            for (Talker talker : List.of(alice, bob)) {
                Talker other = talker == alice ? bob : alice;
                for (int i = 0; i < 3; i++) {
                    RatchetState before = talker.state();
                    other.read(talker.write("text"));
                    if (before.sendingChain().isPresent()) {
                        keys.add(before.sendingChain().get().chainKey().messageKey());
                    }
                }
            }
        }
        assertThat(keys).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    }
}
