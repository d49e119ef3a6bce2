/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.OmemoEvent.TrustMessageRefused;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.OddEnvelopes;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/** Trust messages that somebody else may have written or moved than whom the stanza names: they change nothing, and are told, and nobody can fill the journal with them. */
class ForgedTrustMessagesTest {
    private static final BareJid MALLORY = World.jid("mallory@example.net");

    private static final OmemoConfig BY_HAND = World.CONFIG.withTrustMessages(false);

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = byHand(BY_HAND);
    private final TestDevice laptop = byHand(BY_HAND);

    @BeforeEach
    void bobIsVerifiedAndHisLaptopIsNot() {
        alice.decides(bob, Decision.VERIFY);
        alice.read(laptop.send(alice, "hello"));
    }

    @Test
    void i3_oneInClearIsToldAndAnEntryThatNamesNoDevice() {
        comesInClear(bob.jid());

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.events(TrustMessageRefused.class))
                .containsExactly(new TrustMessageRefused(bob.jid(), Optional.empty(), TrustRefusal.FORGED));
        assertThat(alice.events(TrustMessageRefused.class).get(0).sentence())
                .isEqualTo("A trust message of bob@example.com was refused:"
                        + " it came in clear, or was written by or for somebody else.");
        assertThat(forged()).singleElement().satisfies(entry -> {
            assertThat(entry.jid().toString()).isEqualTo("bob@example.com");
            assertThat(entry.means()).isEqualTo(TrustMeans.TRUST_MESSAGE);
            assertThat(entry.key()).isEmpty();
            assertThat(entry.by()).isEmpty();
            assertThat(entry.reason()).isEqualTo("it came in clear");
        });
    }

    @Test
    void ofTenThousandOneIsInTheJournalAndAllIsThereThatWasBefore() {
        List<TrustEntry> before = journal();

        for (int i = 0; i < 10_000; i++) {
            comesInClear(bob.jid());
        }

        assertThat(forged()).hasSize(1);
        assertThat(journal()).hasSize(before.size() + 1).containsAll(before);
        assertThat(alice.events(TrustMessageRefused.class)).hasSize(10_000);
    }

    @Test
    void anotherDayBringsAnotherEntryAndARestartDoesNot() {
        comesInClear(bob.jid());
        alice.restart();
        comesInClear(bob.jid());
        world.clock().advance(ForgedTrustMessages.PERIOD.minusSeconds(1));
        comesInClear(bob.jid());
        assertThat(forged()).hasSize(1);

        world.clock().advance(ForgedTrustMessages.PERIOD);
        comesInClear(bob.jid());

        assertThat(forged()).hasSize(2);
    }

    @Test
    void eachAccountHasItsOwnEntryOursTooAndAStrangerNone() {
        comesInClear(bob.jid());
        comesInClear(alice.jid());
        assertThat(forged()).extracting(TrustEntry::jid).containsExactly(alice.jid(), bob.jid());
        StoreDump before = StoreDump.of(alice.store(), MALLORY);

        comesInClear(MALLORY);

        assertThat(StoreDump.of(alice.store(), MALLORY)).isEqualTo(before);
        assertThat(alice.events(TrustMessageRefused.class))
                .extracting(TrustMessageRefused::account)
                .containsExactly(bob.jid(), alice.jid(), MALLORY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "to"})
    void i3_oneInAnEnvelopeOfOrForSomebodyElseIsAnEntryWithItsDevice(String affix) {
        TestDevice odd = byHand(BY_HAND.withVersions(OddEnvelopes.naming(affix, MALLORY)));
        alice.decides(odd, Decision.VERIFY);
        alice.encrypt(odd.jid(), "we have a session");
        Letter letter = odd.send(alice.jid(), trusted(laptop));

        for (int i = 0; i < 3; i++) {
            assertThat(((Decryption.Undecryptable) alice.read(letter)).reason())
                    .isEqualTo(Decryption.Reason.ENVELOPE_MISMATCH);
        }

        TrustEntry.Sender sender =
                new TrustEntry.Sender(odd.address(), odd.key().fingerprint());
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.events(TrustMessageRefused.class))
                .hasSize(3)
                .containsOnly(new TrustMessageRefused(odd.jid(), Optional.of(sender), TrustRefusal.FORGED));
        assertThat(forged()).singleElement().satisfies(entry -> {
            assertThat(entry.key()).contains(odd.key());
            assertThat(entry.by()).contains(sender);
            assertThat(entry.to()).contains(TrustLevel.VERIFIED);
            assertThat(entry.reason()).isEqualTo("it names another sender or recipient inside than outside");
        });
    }

    @Test
    void oneThatWasReaddressedReadsAllTheSameWhereItBelongs() {
        Letter letter = bob.send(alice.jid(), trusted(laptop));
        Letter readdressed = new Letter(bob.jid(), MALLORY, letter.encrypted());

        assertThat(alice.read(readdressed)).isInstanceOf(Decryption.Undecryptable.class);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(forged()).hasSize(1);

        assertThat(((Decryption.TrustMessageRead) alice.read(letter)).refusal()).isEmpty();
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void ofAnyOtherMessageThatWasReaddressedTheJournalOfTrustSaysNothing() {
        Letter letter = bob.send(alice, "hello");
        StoreDump before = StoreDump.of(alice.store(), bob.jid());

        alice.read(new Letter(bob.jid(), MALLORY, letter.encrypted()));

        assertThat(StoreDump.of(alice.store(), bob.jid())).isEqualTo(before);
        assertThat(alice.events(TrustMessageRefused.class)).isEmpty();
    }

    @Test
    void oneThatDoesNotAuthenticateCannotBeKnownToBeOne() {
        Letter letter = bob.send(alice.jid(), trusted(laptop));
        StoreDump before = StoreDump.of(alice.store(), bob.jid());

        for (Letter spoilt : List.of(letter.spoilt(), letter.withSpoiltPayload())) {
            assertThat(alice.read(spoilt)).isInstanceOf(Decryption.Undecryptable.class);
        }

        assertThat(StoreDump.of(alice.store(), bob.jid())).isEqualTo(before);
        assertThat(alice.events(TrustMessageRefused.class)).isEmpty();
    }

    @Test
    void whereTrustMessagesAreTheApplicationsAffairNothingIsTold() {
        TestDevice plain = world.device("dave@example.org", new MemoryStore(), BY_HAND);
        plain.decides(bob, Decision.VERIFY);
        Letter letter = bob.send(plain.jid(), trusted(laptop));

        assertThat(attempt(() -> plain.engine().trustMessageInClear(bob.jid()))).isEqualTo(Reaction.NONE);
        plain.read(new Letter(bob.jid(), MALLORY, letter.encrypted()));

        assertThat(plain.events(TrustMessageRefused.class)).isEmpty();
        assertThat(attempt(() -> plain.engine().trustJournal(10))).hasSize(1);
    }

    private TestDevice byHand(OmemoConfig config) {
        return world.device("bob@example.com", new MemoryStore(), config);
    }

    private void comesInClear(BareJid account) {
        alice.perform(attempt(() -> alice.engine().trustMessageInClear(account)));
    }

    private List<TrustEntry> journal() {
        return attempt(() -> alice.engine().trustJournal(1000));
    }

    private List<TrustEntry> forged() {
        return journal().stream()
                .filter(entry -> entry.refusal().equals(Optional.of(TrustRefusal.FORGED)))
                .toList();
    }

    private static XmlElement trusted(TestDevice device) {
        KeyOwner owner = new KeyOwner(device.jid(), Set.of(device.identityKey()), Set.of());
        return new TrustMessage("urn:xmpp:omemo:2", List.of(owner)).toXml();
    }
}
