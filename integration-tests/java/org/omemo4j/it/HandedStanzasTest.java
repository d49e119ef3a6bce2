/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HandedStanzasTest {
    private final HandedStanzas stanzas = new HandedStanzas();

    @Test
    void countsAreTheSameWhileNothingHappens() {
        send(3);
        hand(1, 2, 3);

        assertThat(stanzas.confirmed(0)).isZero();
        assertThat(stanzas.confirmed(2)).isEqualTo(2);
        assertThat(stanzas.confirmed(3)).isEqualTo(3);
    }

    @Test
    void aRepeatedStanzaCountsOnce() {
        send(3);
        hand(1, 2, 2, 3);

        assertThat(stanzas.confirmed(2)).isEqualTo(2);
        assertThat(stanzas.confirmed(3)).isEqualTo(2);
        assertThat(stanzas.confirmed(4)).isEqualTo(3);
    }

    @Test
    void ofTwoThatWereSwappedTheFirstToComeIsNotConfirmedAlone() {
        send(3);
        hand(1, 3, 2);

        assertThat(stanzas.confirmed(2)).isEqualTo(1);
        assertThat(stanzas.confirmed(3)).isEqualTo(3);
    }

    @Test
    void aLostStanzaAndWhatComesAfterItAreNeverConfirmed() {
        send(4);
        hand(1, 2);

        assertThat(stanzas.confirmed(2)).isEqualTo(2);
        assertThatThrownBy(() -> stanzas.confirmed(3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void afterAResumptionTheServerSendsAgainWhatWasNotConfirmed() {
        send(5);
        hand(1, 2, 2, 4, 3, 5);

        stanzas.resumed(4); // 1, 2, 2 and 4; 3 and 5 went down with the connection

        assertThat(stanzas.confirmed(4)).isEqualTo(2);
        assertThat(stanzas.sent()).isEqualTo(3);
        stanzas.handed(3);
        assertThat(stanzas.confirmed(5)).isEqualTo(4);
        assertThat(stanzas.sent()).isEqualTo(4);
        stanzas.handed(4);
        assertThat(stanzas.sent()).isEqualTo(5);
        stanzas.handed(5);
        assertThat(stanzas.confirmed(7)).isEqualTo(5);
    }

    @Test
    void whatTheServerNeverSentCannotBeHanded() {
        send(1);

        assertThatThrownBy(() -> stanzas.handed(2)).isInstanceOf(IllegalArgumentException.class);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            stanzas.sent();
        }
    }

    private void hand(int... numbers) {
        for (int number : numbers) {
            stanzas.handed(number);
        }
    }
}
