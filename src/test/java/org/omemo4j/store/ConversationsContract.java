/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.ENDS_OF_TIME;
import static org.omemo4j.store.StoreRows.key;
import static org.omemo4j.store.StoreRows.parked;
import static org.omemo4j.store.StoreRows.secret;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.Changes.DeleteParked;
import org.omemo4j.store.Changes.PutConversation;
import org.omemo4j.store.Changes.PutParked;

/** What is set for conversations, and the messages that wait in them. */
public interface ConversationsContract extends StoreUnderTest {

    @Test
    default void conversationsKeepTheirPolicyAndWhetherTheyWereEncrypted() throws StoreException {
        ConversationRecord bob = new ConversationRecord(
                BOB,
                Optional.of("PREFERRED"),
                true,
                List.of(new OptOutRecord(key(3), "Grüße"), new OptOutRecord(key(1), "")));
        ConversationRecord alice = new ConversationRecord(ALICE, Optional.empty(), false, List.of());
        commit(
                new PutConversation(
                        new ConversationRecord(BOB, Optional.empty(), false, List.of(new OptOutRecord(key(2), "")))),
                new PutConversation(alice));
        commit(new PutConversation(bob));
        restart();

        assertThat(store().conversation(BOB)).contains(bob);
        assertThat(store().conversation(ALICE)).contains(alice);
        assertThat(store().conversation(StoreRows.jid("carol@example.org"))).isEmpty();
        assertThat(store().conversations()).containsExactlyInAnyOrder(alice, bob);
    }

    @Test
    default void parkedMessagesComeByAscendingNumberAllConversationsTogether() throws StoreException {
        ParkedRecord last = new ParkedRecord(
                Long.MAX_VALUE,
                ALICE,
                "id „7“",
                secret("<message><body>Grüße 📱</body></message>"),
                Optional.of("<message>Grüße 📱</message>"),
                "PREFERRED",
                Optional.of("++--++ bob@grüße.example\n-+-+-+ 📱@example.org"),
                Integer.MAX_VALUE,
                ENDS_OF_TIME.get(0));
        commit(new PutParked(parked(10, BOB)), new PutParked(last), new PutParked(parked(9, ALICE)));
        commit(new PutParked(parked(1, BOB)));
        restart();

        assertThat(store().parked()).containsExactly(parked(1, BOB), parked(9, ALICE), parked(10, BOB), last);
    }

    @Test
    default void parkedMessagesAreFoundByConversationAndByNumber() throws StoreException {
        commit(new PutParked(parked(10, BOB)), new PutParked(parked(9, ALICE)), new PutParked(parked(1, BOB)));
        restart();

        assertThat(store().parked(BOB, 0)).containsExactly(parked(1, BOB), parked(10, BOB));
        assertThat(store().parked(StoreRows.jid("carol@example.org"), 0)).isEmpty();
        assertThat(store().parked(9)).contains(parked(9, ALICE));
        assertThat(store().parked(2)).isEmpty();
    }

    @Test
    default void aParkedMessageIsReplacedByItsEncryptedForm() throws StoreException {
        ParkedRecord encrypted = new ParkedRecord(
                1,
                BOB,
                "id-1",
                secret("<message/>"),
                Optional.of("<encrypted/>"),
                "REQUIRED",
                Optional.empty(),
                1,
                ENDS_OF_TIME.get(1));
        commit(new PutParked(parked(1, BOB)));
        commit(new PutParked(encrypted));

        assertThat(store().parked()).containsExactly(encrypted);
    }

    @Test
    default void aParkedMessageKeepsWhatTrustPoliciesHaveSaidOnceItWaitsForADecision() throws StoreException {
        ParkedRecord waiting = parked(1, BOB).withTrust("");
        commit(new PutParked(parked(1, BOB)), new PutParked(parked(2, BOB)));
        commit(new PutParked(waiting));
        restart();

        assertThat(store().parked()).containsExactly(waiting, parked(2, BOB));
        commit(new PutParked(waiting.withEncrypted("<encrypted/>").withRefusal()));
        assertThat(store().parked(1).orElseThrow().trust()).contains("");
    }

    @Test
    default void aSentMessageIsGone() throws StoreException {
        commit(new PutParked(parked(1, BOB)), new PutParked(parked(2, BOB)));
        commit(new DeleteParked(1), new DeleteParked(404));

        assertThat(store().parked()).containsExactly(parked(2, BOB));
    }
}
