/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** The engine has no clock and no randomness of its own. */
class DeterminismTest {

    @Test
    void theSameSeedAndClockGiveTheSameStanzasByteForByte() {
        assertThat(stanzas(5)).isEqualTo(stanzas(5));
    }

    @Test
    void anotherSeedGivesOthers() {
        assertThat(stanzas(5)).doesNotContainAnyElementsOf(stanzas(105));
    }

    private static List<String> stanzas(long seed) {
        World world = new World(seed);
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        TestDevice phone = world.device("alice@example.org");
        List<String> stanzas = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            stanzas.add(sent(alice.send(bob, "to bob " + i)));
            world.deliver();
            stanzas.add(sent(bob.send(phone, "to alice " + i)));
            world.deliver();
        }
        return stanzas;
    }

    private static String sent(Letter letter) {
        return letter.encrypted().toXml();
    }
}
