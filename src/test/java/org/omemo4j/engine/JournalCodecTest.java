/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Secret;
import org.omemo4j.engine.JournalEntry.Place;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.JournalRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustLevel;

/** Kept messages as rows, and back. */
class JournalCodecTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456789Z");

    @Test
    void aReadMessageComesBackAsItWas() throws StoreException {
        XmlElement deep = TestDevice.body("inner <&> text");
        for (int i = 0; i < 28; i++) {
            deep = XmlElement.builder("e", "urn:" + i)
                    .attribute("a", "'\"")
                    .child(deep)
                    .build();
        }
        assertComesBack(new JournalEntry(
                ElementHash.of(deep),
                Optional.of(new Place(Long.MIN_VALUE, ElementHash.of(deep), 0xFFFFFFFFL)),
                Optional.of(TrustLevel.BLINDLY_TRUSTED),
                World.jid("room@example.org"),
                List.of(TestDevice.body("Grüße 📱\n "), deep),
                Optional.of(NOW),
                List.of("delay", "x"),
                NOW.plusNanos(1)));
    }

    @Test
    void aSentMessageComesBackAsItWas() throws StoreException {
        assertComesBack(new JournalEntry(
                ElementHash.of(TestDevice.body("hash")),
                Optional.empty(),
                Optional.empty(),
                World.jid("bob@example.org"),
                List.of(),
                Optional.empty(),
                List.of(),
                NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<entry",
                "<entry/>",
                "<entry recipient='@'/>",
                "<entry recipient='bob@example.org' time='yesterday'/>",
                "<entry recipient='bob@example.org' session='one'/>",
                "<entry recipient='bob@example.org' trust='no such'/>",
                "<entry recipient='bob@example.org' session='1' ratchet-key='x' n='0'/>"
            })
    void aDamagedRowIsSaidToBeDamaged(String content) {
        JournalRecord row = new JournalRecord(
                ElementHash.of(TestDevice.body("hash")), NOW, Secret.of(content.getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> JournalCodec.decode(row))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged");
    }

    private static void assertComesBack(JournalEntry entry) throws StoreException {
        assertThat(JournalCodec.decode(JournalCodec.encode(entry))).isEqualTo(entry);
    }
}
