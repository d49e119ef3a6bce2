/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ENDS_OF_TIME;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.secret;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.Changes.ClearJournal;
import org.omemo4j.store.Changes.DropJournal;
import org.omemo4j.store.Changes.PutJournal;
import org.omemo4j.store.Changes.PutRetention;

/** Messages that are kept, and for how long. */
public interface JournalContract extends StoreUnderTest {

    @Test
    default void nothingIsKeptAtFirst() throws StoreException {
        assertThat(store().retention()).isEqualTo(Duration.ZERO);
        assertThat(store().journal(key(1))).isEmpty();
    }

    @Test
    default void theTimeThatMessagesAreKeptIsRemembered() throws StoreException {
        commit(new PutRetention(Duration.ofDays(30)));
        commit(new PutRetention(Duration.ofDays(200 * 365).plusNanos(1)));
        restart();

        assertThat(store().retention()).isEqualTo(Duration.ofDays(200 * 365).plusNanos(1));
    }

    @Test
    default void aKeptMessageIsFoundByItsHash() throws StoreException {
        JournalRecord first = new JournalRecord(key(1), ENDS_OF_TIME.get(0), secret("Grüße 📱".repeat(1000)));
        JournalRecord last = new JournalRecord(key(2), ENDS_OF_TIME.get(1), secret("two"));
        commit(new PutJournal(first), new PutJournal(last));
        restart();

        assertThat(store().journal(key(1))).contains(first);
        assertThat(store().journal(key(2))).contains(last);
        assertThat(store().journal(key(3))).isEmpty();
    }

    @Test
    default void aKeptMessageIsReplacedByOneWithItsHash() throws StoreException {
        JournalRecord again = new JournalRecord(key(1), NOW.plusNanos(1), secret("two"));
        commit(new PutJournal(new JournalRecord(key(1), NOW, secret("one"))));
        commit(new PutJournal(again));

        assertThat(store().journal(key(1))).contains(again);
    }

    @Test
    default void messagesThatWereKeptLongEnoughGo() throws StoreException {
        commit(
                new PutJournal(new JournalRecord(key(1), NOW.minusNanos(1), secret("one"))),
                new PutJournal(new JournalRecord(key(2), NOW, secret("two"))),
                new PutJournal(new JournalRecord(key(3), NOW.plusNanos(1), secret("three"))));
        commit(new DropJournal(NOW));

        assertThat(store().journal(key(1))).isEmpty();
        assertThat(store().journal(key(2))).isPresent();
        assertThat(store().journal(key(3))).isPresent();
    }

    @Test
    default void allOfThemGo() throws StoreException {
        commit(
                new PutJournal(new JournalRecord(key(1), NOW, secret("one"))),
                new PutJournal(new JournalRecord(key(2), ENDS_OF_TIME.get(1), secret("two"))));
        commit(new ClearJournal());

        assertThat(store().journal(key(1))).isEmpty();
        assertThat(store().journal(key(2))).isEmpty();
    }
}
