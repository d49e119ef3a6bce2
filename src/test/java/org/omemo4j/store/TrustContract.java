/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.StoreRows.ALICE;
import static org.omemo4j.store.StoreRows.BOB;
import static org.omemo4j.store.StoreRows.ENDS_OF_TIME;
import static org.omemo4j.store.StoreRows.NOW;
import static org.omemo4j.store.StoreRows.device;
import static org.omemo4j.store.StoreRows.key;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.Changes.DeleteKeptTrust;
import org.omemo4j.store.Changes.DropRefusedTrustEntries;
import org.omemo4j.store.Changes.PutKeptTrust;
import org.omemo4j.store.Changes.PutTrust;
import org.omemo4j.store.Changes.PutTrustEntry;

/** Identity keys with what was decided about them, and the journal of that. */
public interface TrustContract extends StoreUnderTest {

    @Test
    default void decisionsAreKeptPerAccountAndKey() throws StoreException {
        TrustRecord before = trust(BOB, 1, Optional.empty());
        TrustRecord decided = new TrustRecord(
                BOB,
                key(1),
                Optional.of("VERIFIED"),
                true,
                false,
                Optional.of(ENDS_OF_TIME.get(0)),
                Optional.of(ENDS_OF_TIME.get(1)));
        TrustRecord unseen = new TrustRecord(
                BOB, key(2), Optional.of("DISTRUSTED"), false, false, Optional.empty(), Optional.empty());
        TrustRecord sameKey = trust(ALICE, 1, Optional.of("COMPROMISED"));
        commit(new PutTrust(before), new PutTrust(unseen), new PutTrust(sameKey));
        commit(new PutTrust(decided));
        restart();

        assertThat(store().trust(BOB)).containsExactlyInAnyOrder(decided, unseen);
        assertThat(store().trust(ALICE)).containsExactly(sameKey);
    }

    @Test
    default void theAccountsOfAKeyAreFound() throws StoreException {
        TrustRecord bobs = trust(BOB, 1, Optional.empty());
        TrustRecord alices = trust(ALICE, 1, Optional.of("VERIFIED"));
        commit(new PutTrust(bobs), new PutTrust(trust(BOB, 2, Optional.empty())), new PutTrust(alices));
        restart();

        assertThat(store().trust(key(1))).containsExactlyInAnyOrder(bobs, alices);
        assertThat(store().trust(key(3))).isEmpty();
    }

    @Test
    default void theKeysForWhichSomethingWasDecidedAreFound() throws StoreException {
        TrustRecord bobs = trust(BOB, 1, Optional.of("VERIFIED"));
        TrustRecord alices = trust(ALICE, 2, Optional.of("VERIFIED"));
        commit(
                new PutTrust(bobs),
                new PutTrust(alices),
                new PutTrust(trust(BOB, 3, Optional.of("DISTRUSTED"))),
                new PutTrust(trust(BOB, 4, Optional.of("VERIFIED"))),
                new PutTrust(trust(BOB, 5, Optional.empty())));
        commit(new PutTrust(trust(BOB, 4, Optional.empty())));
        restart();

        assertThat(store().trustDecided("VERIFIED")).containsExactlyInAnyOrder(bobs, alices);
    }

    @Test
    default void whatTrustMessagesHaveSaidIsKeptPerSenderAndKeyOldestFirst() throws StoreException {
        KeptTrustRecord old = new KeptTrustRecord(device(BOB, Integer.MAX_VALUE), key(1), NOW, ALICE, key(5), "TRUST");
        KeptTrustRecord newest = kept(1, ENDS_OF_TIME.get(1), BOB, 6, "DISTRUST");
        KeptTrustRecord oldest = kept(1, ENDS_OF_TIME.get(0), ALICE, 4, "VERIFY");
        KeptTrustRecord ofAnother = kept(2, NOW.plusSeconds(1), ALICE, 5, "VERIFY");
        commit(
                new PutKeptTrust(newest),
                new PutKeptTrust(kept(1, NOW.plusSeconds(2), ALICE, 5, "VERIFY")),
                new PutKeptTrust(ofAnother),
                new PutKeptTrust(oldest));
        commit(new PutKeptTrust(old));
        restart();

        assertThat(store().keptTrustBy(BOB, key(1))).containsExactly(oldest, old, newest);
        assertThat(store().keptTrustBy(ALICE, key(1))).isEmpty();
        assertThat(store().keptTrustAbout(ALICE)).containsExactly(oldest, old, ofAnother);
        assertThat(store().allKeptTrust()).containsExactly(oldest, old, ofAnother, newest);
        assertThat(store().keptTrust()).isEqualTo(4);
    }

    @Test
    default void whatWasKeptGoes() throws StoreException {
        KeptTrustRecord kept = kept(1, NOW, ALICE, 5, "VERIFY");
        commit(new PutKeptTrust(kept), new PutKeptTrust(kept(1, NOW, ALICE, 6, "VERIFY")));
        commit(new DeleteKeptTrust(kept(1, NOW.plusSeconds(1), ALICE, 6, "DISTRUST")));
        commit(new DeleteKeptTrust(kept(2, NOW, ALICE, 5, "VERIFY")));
        restart();

        assertThat(store().keptTrustBy(BOB, key(1))).containsExactly(kept);
        assertThat(store().keptTrustAbout(ALICE)).containsExactly(kept);
        assertThat(store().keptTrust()).isEqualTo(1);
    }

    @Test
    default void anEntryInTheJournalOfTrustIsKeptWithAllItsFields() throws StoreException {
        TrustEntryRecord full = new TrustEntryRecord(
                Long.MAX_VALUE,
                ENDS_OF_TIME.get(1),
                BOB,
                Optional.of(key(1)),
                Optional.of("BLINDLY_TRUSTED"),
                Optional.of("DISTRUSTED"),
                "TRUST_MESSAGE",
                Optional.of(new TrustEntryRecord.Sender(device(ALICE, Integer.MAX_VALUE), key(2))),
                "„Küche“ 📱",
                Optional.of("REPLAYED"));
        TrustEntryRecord bare = new TrustEntryRecord(
                1,
                NOW,
                BOB,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "URI",
                Optional.empty(),
                "",
                Optional.empty());
        commit(new PutTrustEntry(full), new PutTrustEntry(bare));
        restart();

        assertThat(store().trustEntries(10)).containsExactly(full, bare);
    }

    @Test
    default void theNewestEntriesComeFirst() throws StoreException {
        commit(
                new PutTrustEntry(entry(9, BOB, Optional.empty())),
                new PutTrustEntry(entry(10, ALICE, Optional.empty())),
                new PutTrustEntry(entry(1, BOB, Optional.empty())));

        assertThat(store().trustEntries(2)).extracting(TrustEntryRecord::number).containsExactly(10L, 9L);
        assertThat(store().trustEntries(BOB, 10))
                .extracting(TrustEntryRecord::number)
                .containsExactly(9L, 1L);
        assertThat(store().trustEntries(BOB, 1))
                .extracting(TrustEntryRecord::number)
                .containsExactly(9L);
    }

    @Test
    default void ofRefusedEntriesTheNewestStay() throws StoreException {
        for (int number = 1; number <= 6; number += 2) {
            commit(
                    new PutTrustEntry(entry(number, BOB, Optional.of("DISTRUST_WINS"))),
                    new PutTrustEntry(entry(number + 1, BOB, Optional.empty())));
        }

        commit(new DropRefusedTrustEntries("PERSON", 3));
        assertThat(store().trustEntries(10)).hasSize(6);
        commit(new DropRefusedTrustEntries("PERSON", 2));
        restart();

        assertThat(store().trustEntries(10))
                .extracting(TrustEntryRecord::number)
                .containsExactly(6L, 5L, 4L, 3L, 2L);
    }

    @Test
    default void thoseByOtherMeansAreNotCounted() throws StoreException {
        commit(
                new PutTrustEntry(entry(1, BOB, "PERSON", Optional.of("DISTRUST_WINS"))),
                new PutTrustEntry(entry(2, BOB, "TRUST_MESSAGE", Optional.of("REPLAYED"))),
                new PutTrustEntry(entry(3, BOB, "TRUST_MESSAGE", Optional.of("REPLAYED"))));

        commit(new DropRefusedTrustEntries("TRUST_MESSAGE", 1));
        commit(new DropRefusedTrustEntries("PERSON", 1));
        restart();

        assertThat(store().trustEntries(10))
                .extracting(TrustEntryRecord::number)
                .containsExactly(3L, 1L);
    }

    private static TrustRecord trust(BareJid jid, int key, Optional<String> decided) {
        return new TrustRecord(jid, key(key), decided, false, true, Optional.of(NOW), Optional.empty());
    }

    private static KeptTrustRecord kept(int senderKey, Instant sent, BareJid owner, int identifier, String decision) {
        return new KeptTrustRecord(device(BOB, 31), key(senderKey), sent, owner, key(identifier), decision);
    }

    private static TrustEntryRecord entry(long number, BareJid jid, Optional<String> refusal) {
        return entry(number, jid, "PERSON", refusal);
    }

    private static TrustEntryRecord entry(long number, BareJid jid, String means, Optional<String> refusal) {
        return new TrustEntryRecord(
                number,
                NOW,
                jid,
                Optional.of(key(1)),
                Optional.empty(),
                Optional.empty(),
                means,
                Optional.empty(),
                "",
                refusal);
    }
}
