/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World.Letter;

/** What tests ask of a decryption, in one line each. */
final class Outcomes {
    private Outcomes() {}

    static void assertRefused(Decryption decryption, Reason reason) {
        assertThat(decryption)
                .isInstanceOfSatisfying(
                        Decryption.Undecryptable.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    /** It is refused, and nothing at all is written. */
    static void assertRefusedWithoutTrace(TestDevice reader, Letter letter, Reason reason) {
        StoreDump before = StoreDump.of(reader.store(), letter.from(), reader.jid());
        assertRefused(reader.read(letter), reason);
        assertThat(StoreDump.of(reader.store(), letter.from(), reader.jid())).isEqualTo(before);
    }

    static void assertDuplicate(Decryption decryption) {
        assertThat(decryption).isInstanceOf(Decryption.Duplicate.class);
    }
}
