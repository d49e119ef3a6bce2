/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;

/** A message that waits for a decision does not leave by a policy that is looser than the one that asked, also after a restart. */
class FormerPolicyTest {
    private static final TrustPolicy BLIND = TrustPolicy.blindBeforeVerification();

    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.com");
    private final MemoryStore store = new MemoryStore();

    @Test
    void aPolicyThatIsLooserLaterLetsItNotLeave() {
        TestDevice alice = alice(TrustPolicy.manual());
        assertThat(alice.tries(park(alice, "m1"))).isInstanceOf(Encryption.Undecided.class);
        assertThat(alice.tries(parked(alice, "m1"))).as("again").isInstanceOf(Encryption.Undecided.class);

        alice = again(alice, BLIND);
        Encryption.Undecided undecided = (Encryption.Undecided) alice.tries(parked(alice, "m1"));

        assertThat(undecided.request().keys()).containsExactly(bob.key());
        assertThat(undecided.request().devices()).extracting(KnownDevice::trust).containsExactly(TrustLevel.UNDECIDED);
        assertThat(undecided.reaction().events()).contains(new OmemoEvent.DecisionNeeded(undecided.request()));
        assertThat(alice.trusts(bob)).as("for other messages").isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(requests(alice)).containsExactly(undecided.request());
        assertThat(alice.tries(parked(alice, "m1")).reaction().events())
                .as("told once")
                .isEmpty();
        assertThat(requests(alice)).containsExactly(undecided.request());
    }

    @Test
    void itLeavesWhenAPersonTrustsTheKeyAndThatIsADecisionThoughThePolicyHasTrustedIt() {
        TestDevice alice = waiting(TrustPolicy.manual(), "m1");
        alice = again(alice, BLIND);
        alice.tries(parked(alice, "m1"));

        TrustChange change = alice.decides(bob, Decision.TRUST);

        assertThat(change).isInstanceOf(TrustChange.Changed.class);
        assertThat(alice.engine())
                .satisfies(engine -> assertThat(engine.trustJournal(bob.jid(), 10))
                        .extracting(TrustEntry::means)
                        .containsExactly(TrustMeans.PERSON));
        assertThat(requests(alice)).isEmpty();
        assertThat(alice.tries(parked(alice, "m1"))).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void itMayLeaveWithoutTheKeysInAnyLaterRun() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice alice = alice(TrustPolicy.manual());
        alice.decides(laptop, Decision.TRUST);
        ParkedRecord parked = park(alice, "m1");
        alice.tries(parked);
        alice = again(alice, BLIND);
        Encryption.Undecided undecided = (Encryption.Undecided) alice.tries(parked);
        assertThat(undecided.request().keys())
                .as("what was decided is not asked")
                .containsExactly(bob.key());
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("m1")), false);
        TestDevice sender = alice;

        Encryption.Encrypted sent = (Encryption.Encrypted) attempt(() -> sender.engine()
                .encryptParked(
                        parked.number(), message.without(undecided.request().keys()), encrypted -> ""));

        assertThat(sent.devices()).containsExactly(laptop.address());
        assertThat(sent.leftOut())
                .containsExactly(new Encryption.LeftOut(bob.address(), Encryption.LeftOut.Why.UNDECIDED));
    }

    @Test
    void whatAVerifiedDeviceSaysIsADecisionToo() {
        TestDevice laptop = world.device("bob@example.com");
        bob.send(laptop, "hello");
        bob.decides(laptop, Decision.VERIFY);
        bob.talksWith(laptop);
        TestDevice alice = alice(TrustPolicy.manual());
        alice.read(bob.send(alice, "hello"));
        alice.tries(park(alice, "m1"));
        alice = again(alice, BLIND);
        assertThat(((Encryption.Undecided) alice.tries(parked(alice, "m1")))
                        .request()
                        .keys())
                .containsExactlyInAnyOrder(bob.key(), laptop.key());

        alice.decides(bob, Decision.VERIFY);
        bob.decides(alice, Decision.VERIFY);
        bob.sendParked();
        world.deliver();

        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.tries(parked(alice, "m1"))).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void whatWaitsBehindItIsBoundToo() {
        TestDevice alice = alice(TrustPolicy.manual());
        park(alice, "m1");
        park(alice, "m2");
        alice.tries(parked(alice, "m1"));
        park(alice, "m3");
        unpark(alice, "m1");

        alice = again(alice, BLIND);

        assertThat(alice.tries(parked(alice, "m2"))).isInstanceOf(Encryption.Undecided.class);
        unpark(alice, "m2");
        assertThat(alice.tries(parked(alice, "m3"))).isInstanceOf(Encryption.Undecided.class);
    }

    @Test
    void oneThatIsParkedBecauseItsEncryptionAskedIsBoundFromTheStart() {
        TestDevice alice = alice(TrustPolicy.manual());
        alice.encrypt(bob.jid(), "m1");
        park(alice, "m1");

        alice = again(alice, BLIND);

        assertThat(alice.tries(parked(alice, "m1"))).isInstanceOf(Encryption.Undecided.class);
    }

    @Test
    void oneThatIsWrittenUnderTheLooserPolicyGoesByThat() {
        TestDevice alice = waiting(TrustPolicy.manual(), "m1");
        alice = again(alice, BLIND);
        alice.tries(parked(alice, "m1"));
        park(alice, "m2");

        unpark(alice, "m1");

        assertThat(alice.tries(parked(alice, "m2"))).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void thePolicyThatAskedAsksAgainForTheSameAndNoMore() {
        TestDevice tablet = world.device("alice@example.org");
        TestDevice alice = alice(BLIND);
        alice.verifiesAnotherKeyOf(bob.jid());
        alice.tries(park(alice, "m1"));

        alice = again(alice, BLIND);

        assertThat(((Encryption.Undecided) alice.tries(parked(alice, "m1")))
                        .request()
                        .keys())
                .containsExactly(bob.key());
        alice.decides(bob, Decision.TRUST);
        assertThat(((Encryption.Encrypted) alice.tries(parked(alice, "m1"))).devices())
                .containsExactlyInAnyOrder(bob.address(), tablet.address());
    }

    @Test
    void aPolicyThatIsStricterLaterCounts() {
        TestDevice alice = alice(TrustPolicy.trustOnFirstUse());
        alice.read(bob.send(alice, "I was first"));
        TestDevice laptop = world.device("bob@example.com");
        alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(bob), DeviceListTest.listed(laptop)));
        assertThat(((Encryption.Undecided) alice.tries(park(alice, "m1")))
                        .request()
                        .keys())
                .containsExactly(laptop.key());

        alice = again(alice, TrustPolicy.manual());
        assertThat(((Encryption.Undecided) alice.tries(parked(alice, "m1")))
                        .request()
                        .keys())
                .containsExactlyInAnyOrder(bob.key(), laptop.key());

        alice = again(alice, BLIND);
        assertThat(((Encryption.Undecided) alice.tries(parked(alice, "m1")))
                        .request()
                        .keys())
                .as("what the first one had trusted")
                .containsExactly(laptop.key());
        alice = again(alice, TrustPolicy.verifiedOnly());
        assertThat(alice.tries(parked(alice, "m1"))).as("asks nobody").isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void aLooserPolicyThatAsksNobodyIsNoWayOutEither() {
        TestDevice alice = waiting(TrustPolicy.manual(), "m1");

        alice = again(alice, new TrustPolicy() {
            @Override
            public TrustLevel undecided(Candidate key) {
                return TrustLevel.BLINDLY_TRUSTED;
            }

            @Override
            public boolean asks() {
                return false;
            }
        });

        assertThat(alice.tries(parked(alice, "m1"))).isInstanceOf(Encryption.Undecided.class);
    }

    @Test
    void whoeverWasNotToReadItThenDoesNotLater() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice alice = alice(new TrustPolicy() {
            @Override
            public TrustLevel undecided(Candidate key) {
                return TrustLevel.UNDECIDED;
            }

            @Override
            public boolean mayRead(TrustLevel level) {
                return level == TrustLevel.VERIFIED;
            }
        });
        alice.decides(laptop, Decision.TRUST);
        assertThat(alice.tries(park(alice, "m1"))).isInstanceOf(Encryption.Undecided.class);
        alice = again(alice, BLIND);
        alice.decides(bob, Decision.VERIFY);

        Encryption.Encrypted sent = (Encryption.Encrypted) alice.tries(parked(alice, "m1"));

        assertThat(sent.devices()).containsExactly(bob.address());
        assertThat(sent.leftOut())
                .containsExactly(new Encryption.LeftOut(laptop.address(), Encryption.LeftOut.Why.TRUST_POLICY));
    }

    @Test
    void norDoesOneThatHasWaitedForKeysAlone() {
        TestDevice alice = alice(TrustPolicy.manual());
        ParkedRecord parked = park(alice, "m1");
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("Hello")), false);
        assertThat(attempt(() -> alice.engine().encryptParked(parked.number(), message, encrypted -> "")))
                .isInstanceOf(Encryption.Missing.class);

        TestDevice blind = again(alice, BLIND);

        assertThat(blind.tries(parked(blind, "m1"))).isInstanceOf(Encryption.Undecided.class);
    }

    @Test
    void norDoesOneThatAMemberWithoutKeysHasKeptUntilThen() {
        BareJid room = World.jid("room@conference.example.org");
        TestDevice alice = world.device(
                "alice@example.org",
                store,
                World.CONFIG.withTrust(TrustPolicy.manual()).withMembersWithoutKeys(MembersWithoutKeys.HOLD));
        attempt(() -> {
            alice.engine().setPolicy(room, EncryptionPolicy.REQUIRED);
            return room;
        });
        BareJid carol = World.jid("carol@example.net");
        OutgoingMessage message =
                OutgoingMessage.toRoom(room, Set.of(bob.jid(), carol), List.of(TestDevice.body("Hello")), false);
        alice.encrypt(message);
        ParkedRecord parked = attempt(() -> alice.engine().park(room, "m1", "<message/>"));
        assertThat(attempt(() -> alice.engine().encryptParked(parked.number(), message, encrypted -> "")))
                .isInstanceOf(Encryption.Held.class);

        TestDevice blind = again(alice, BLIND);
        blind.encrypt(message);

        assertThat(attempt(() -> blind.engine().encryptParked(parked.number(), message, encrypted -> "")))
                .isInstanceOf(Encryption.Undecided.class);
    }

    @Test
    void whoHasJoinedARoomSinceIsAskedAboutToo() {
        BareJid room = World.jid("room@conference.example.org");
        TestDevice carol = world.device("carol@example.net");
        TestDevice alice = alice(BLIND);
        attempt(() -> {
            alice.engine().setPolicy(room, EncryptionPolicy.REQUIRED);
            return room;
        });
        alice.verifiesAnotherKeyOf(bob.jid());
        alice.encrypt(toRoom(room, bob));
        ParkedRecord parked = attempt(() -> alice.engine().park(room, "m1", "<message/>"));
        alice.decides(bob, Decision.TRUST);
        alice.encrypt(toRoom(room, bob, carol));

        Encryption now =
                attempt(() -> alice.engine().encryptParked(parked.number(), toRoom(room, bob, carol), encrypted -> ""));

        assertThat(((Encryption.Undecided) now).request().keys()).containsExactly(carol.key());
    }

    @Test
    void butNotForWhatIsWrittenSinceThoughTheRequestIsTheSame() {
        BareJid room = World.jid("room@conference.example.org");
        TestDevice carol = world.device("carol@example.net");
        TestDevice alice = alice(BLIND);
        attempt(() -> {
            alice.engine().setPolicy(room, EncryptionPolicy.REQUIRED);
            return room;
        });
        alice.verifiesAnotherKeyOf(bob.jid());
        Encryption.Undecided before = (Encryption.Undecided) alice.encrypt(toRoom(room, bob));
        Encryption.Undecided since = (Encryption.Undecided) alice.encrypt(toRoom(room, bob, carol));
        assertThat(since.request()).isSameAs(before.request());
        ParkedRecord parked = attempt(() -> alice.engine().park(room, "m1", "<message/>"));
        alice.decides(bob, Decision.TRUST);

        Encryption now =
                attempt(() -> alice.engine().encryptParked(parked.number(), toRoom(room, bob, carol), encrypted -> ""));

        assertThat(((Encryption.Encrypted) now).devices()).containsExactlyInAnyOrder(bob.address(), carol.address());
    }

    @Test
    void itIsReadBackAsItWasWritten() throws Exception {
        BareJid first = World.jid("bob@example.com");
        BareJid never = World.jid("carol@example.net");
        BareJid strict = World.jid("dave@example.org");
        OmemoConfig config = OmemoConfig.defaults()
                .withTrust(never, TrustPolicy.manual())
                .withTrust(strict, TrustPolicy.verifiedOnly())
                .withTrust(first, TrustPolicy.trustOnFirstUse());
        Set<BareJid> accounts = Set.of(first, never, strict, World.jid("alice@example.org"));

        FormerPolicy read = FormerPolicy.read(FormerPolicy.of(config, accounts).text());

        for (boolean isFirst : new boolean[] {false, true}) {
            for (boolean isVerified : new boolean[] {false, true}) {
                for (BareJid jid : accounts) {
                    var key = new TrustPolicy.Candidate(jid, isFirst, isVerified);
                    assertThat(read.undecided(key)).isEqualTo(config.trust(jid).undecided(key));
                }
            }
        }
        for (TrustLevel level : List.of(TrustLevel.BLINDLY_TRUSTED, TrustLevel.VERIFIED)) {
            for (BareJid jid : accounts) {
                assertThat(read.mayRead(jid, level)).isEqualTo(config.trust(jid).mayRead(level));
            }
        }
        BareJid other = World.jid("dave@example.net");
        assertThat(read.undecided(new TrustPolicy.Candidate(other, true, false)))
                .isEqualTo(TrustLevel.UNDECIDED);
        assertThat(read.mayRead(other, TrustLevel.BLINDLY_TRUSTED)).isTrue();
        for (String damaged : List.of("++-", "++---x bob@example.com", "++--++ @")) {
            assertThatThrownBy(() -> FormerPolicy.read(damaged))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("damaged");
        }
    }

    private static OutgoingMessage toRoom(BareJid room, TestDevice... members) {
        return OutgoingMessage.toRoom(
                room,
                Stream.of(members).map(TestDevice::jid).collect(Collectors.toSet()),
                List.of(TestDevice.body("Hello")),
                false);
    }

    private TestDevice alice(TrustPolicy policy) {
        return world.device("alice@example.org", store, World.CONFIG.withTrust(policy));
    }

    /** The process ends, and starts again under another policy. */
    private TestDevice again(TestDevice before, TrustPolicy policy) {
        before.logout();
        store.close();
        return alice(policy);
    }

    /** Has a message that has asked. */
    private TestDevice waiting(TrustPolicy policy, String text) {
        TestDevice alice = alice(policy);
        alice.tries(park(alice, text));
        return alice;
    }

    private ParkedRecord park(TestDevice alice, String text) {
        return attempt(() -> alice.engine()
                .park(bob.jid(), text, "<message xmlns='jabber:client'><body>" + text + "</body></message>"));
    }

    private static void unpark(TestDevice alice, String id) {
        attempt(() -> {
            alice.engine().unpark(parked(alice, id).number());
            return id;
        });
    }

    private static ParkedRecord parked(TestDevice alice, String id) {
        return attempt(() -> alice.engine().parked()).stream()
                .filter(parked -> parked.stanzaId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<TrustRequest> requests(TestDevice alice) {
        return attempt(() -> alice.engine().trustRequests());
    }
}
