/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.UnusableUriException.Reason;
import org.omemo4j.trust.VerificationResult;

/** Messages wait for a person's decisions about devices, and go on when they are made. */
class DecisionsTest {
    private static final OmemoConfig MANUAL = OmemoConfig.defaults().withTrust(TrustPolicy.manual());

    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.org");
    private final MemoryStore store = new MemoryStore();

    @Test
    void theKeysOfAContactCanBeDecidedAboutBeforeTheFirstMessage() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);

            assertThat(alice.omemo.devices(bob.jid()))
                    .singleElement()
                    .matches(device ->
                            device.fingerprint().equals(Optional.of(bob.key().fingerprint())));

            alice.omemo.trust().decide(bob.key(), Decision.VERIFY, "");
            alice.connection.sendStanza(message("m1"));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(alice.asked).isEmpty();
        }
    }

    @Test
    void devicesOfAnAccountThatCannotBeAskedAreNotConfirmed() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            assertThat(alice.omemo.areDevicesConfirmed(bob.jid())).isFalse();
            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);
            assertThat(alice.omemo.areDevicesConfirmed(bob.jid())).isTrue();
            assertThat(alice.omemo.deviceListProblem(bob.jid())).isEmpty();
        }
        try (TestClient alice = TestClient.started(world, store)) {
            alice.connection.answerBy(request -> Optional.of(IQ.createErrorResponse(
                    request,
                    StanzaError.getBuilder(StanzaError.Condition.remote_server_timeout)
                            .build())));

            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);

            assertThat(alice.omemo.areDevicesConfirmed(bob.jid())).isFalse();
            assertThat(alice.omemo.deviceListProblem(bob.jid())).contains(FetchProblem.NO_ANSWER);
            assertThat(alice.omemo.devices(bob.jid())).hasSize(1);
        }
    }

    @Test
    void whatWaitsGoesOnInOrderWhenTheRequestIsAnswered() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            alice.connection.sendStanza(message("m2"));

            Map<TrustKey, TrustChange> changes = alice.omemo
                    .trust()
                    .answer(request, Map.of(bob.key(), Decision.VERIFY, laptop.key(), Decision.DISTRUST));

            assertThat(request.keys()).containsExactlyInAnyOrder(bob.key(), laptop.key());
            assertThat(changes.values()).hasSize(2).allMatch(TrustChange.Changed.class::isInstance);
            assertThat(List.of(alice.nextHeard(), alice.nextHeard())).containsExactly("sent m1", "sent m2");
            assertThat(alice.asked).isEmpty();
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    @Test
    void whatAnAnswerLeavesOpenIsAskedForAgain() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));

            alice.omemo.trust().answer(alice.nextAsked(), Map.of(bob.key(), Decision.TRUST));

            TrustRequest rest = alice.nextAsked();
            assertThat(rest.keys()).containsExactly(laptop.key());
            assertThat(alice.heard).isEmpty();
            alice.omemo.trust().answer(rest, Map.of(laptop.key(), Decision.TRUST));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void whoTakesAnAnswerBackBeforeAnythingCouldLeaveByItIsAskedAnew() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            alice.connection.instantShutdown();
            alice.omemo.trust().answer(request, Map.of());
            assertThat(alice.omemo.trust().requests()).as("not answered").containsExactly(request);
            alice.omemo.trust().answer(request, Map.of(bob.key(), Decision.TRUST));
            alice.omemo.trust().undo(bob.key(), "");

            alice.connection.connect();
            alice.connection.login();

            TrustRequest again = alice.nextAsked();
            assertThat(again.keys()).containsExactly(bob.key());
            alice.omemo.trust().answer(again, Map.of(bob.key(), Decision.TRUST));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void anAnswerThatComesAfterAVerificationTakesNothingFromIt() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            alice.omemo.trust().decide(bob.key(), Decision.VERIFY, "");

            Map<TrustKey, TrustChange> changes = alice.omemo.trust().answer(request, Map.of(bob.key(), Decision.TRUST));

            assertThat(changes).containsEntry(bob.key(), new TrustChange.Unchanged(TrustLevel.VERIFIED));
            assertThat(alice.omemo.trust().level(bob.key())).isEqualTo(TrustLevel.VERIFIED);
        }
    }

    @Test
    void anAnswerDecidesAboutKeysOfItsRequestOnly() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            TrustKey other = new TrustKey(bob.jid(), new Fingerprint("1".repeat(64)));

            assertThatThrownBy(() -> alice.omemo
                            .trust()
                            .answer(request, Map.of(bob.key(), Decision.TRUST, other, Decision.TRUST)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(alice.omemo.trust().level(bob.key())).isEqualTo(TrustLevel.UNDECIDED);
        }
    }

    @Test
    void aDecisionLetsEveryConversationGoOnThatWaitsForTheKey() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        TestDevice tablet = world.device(TestClient.ALICE);
        OmemoConfig config = OmemoConfig.defaults().withTrust(tablet.jid(), TrustPolicy.manual());
        try (TestClient alice = TestClient.started(world, store, config)) {
            alice.connection.sendStanza(message("m1"));
            alice.nextAsked();
            alice.connection.sendStanza(message(carol.jid(), "c1"));
            alice.nextAsked();

            alice.omemo.trust().decide(tablet.key(), Decision.TRUST, "");

            assertThat(List.of(alice.nextHeard(), alice.nextHeard())).containsExactlyInAnyOrder("sent m1", "sent c1");
        }
    }

    @Test
    void anUndoLetsMessagesGoOnToo() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            TrustKey unseen = new TrustKey(bob.jid(), new Fingerprint("09" + "0".repeat(62)));
            alice.omemo.trust().decide(unseen, Decision.VERIFY, "");
            alice.connection.sendStanza(message("m1"));
            alice.nextAsked();

            alice.omemo.trust().undo(unseen, "a slip");

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void whatWaitsNowMayLeaveWithoutTheUndecidedDevicesAndWhatComesLaterAsksAgain() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            BlockingQueue<SentMessage> sent = new LinkedBlockingQueue<>();
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onSent(SentMessage message) {
                    sent.add(message);
                }
            });
            alice.omemo.trust().decide(bob.key(), Decision.VERIFY, "");
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            alice.connection.sendStanza(message("m2"));

            alice.omemo.trust().sendWithout(request);
            alice.connection.sendStanza(message("m3"));

            for (String id : List.of("m1", "m2")) {
                SentMessage message = sent.poll(30, TimeUnit.SECONDS);
                assertThat(message.stanzaId()).isEqualTo(id);
                assertThat(message.devices()).containsExactly(bob.address());
                assertThat(message.leftOut()).containsExactly(new LeftOut(laptop.address(), LeftOut.Why.UNDECIDED));
            }
            assertThat(alice.nextAsked().keys()).containsExactly(laptop.key());
            assertThat(ids(alice.omemo.waiting())).containsExactly("m3");
        }
    }

    @Test
    void whatWaitsNowFailsWhenItIsRefusedAndWhatComesLaterAsksAgain() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            alice.connection.sendStanza(message("m2"));

            alice.omemo.trust().refuse(request);
            alice.connection.sendStanza(message("m3"));

            assertThat(List.of(alice.nextHeard(), alice.nextHeard()))
                    .containsExactly("failed m1 UNDECIDED", "failed m2 UNDECIDED");
            assertThat(alice.nextAsked().keys()).isEqualTo(request.keys());
            assertThat(ids(alice.omemo.waiting())).containsExactly("m3");
            assertThat(alice.omemo.trust().level(bob.key())).isEqualTo(TrustLevel.UNDECIDED);
        }
    }

    @Test
    void whatIsSentRightAfterARefusalAsksAgain() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            TrustRequest request = alice.nextAsked();
            CountDownLatch both = workerStands(alice);

            alice.omemo.trust().refuse(request);
            alice.connection.sendStanza(message("m2"));
            both.countDown();

            assertThat(alice.nextHeard()).isEqualTo("failed m1 UNDECIDED");
            assertThat(alice.nextAsked().keys()).isEqualTo(request.keys());
            assertThat(ids(alice.omemo.waiting())).containsExactly("m2");
        }
    }

    @Test
    void aDeviceThatLeavesItsListNeedsNoDecision() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.omemo.trust().decide(bob.key(), Decision.VERIFY, "");
            alice.connection.sendStanza(message("m1"));
            assertThat(alice.nextAsked().keys()).containsExactly(laptop.key());

            alice.receives("<message xmlns='jabber:client' type='headline' from='bob@example.org'>"
                    + "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                    + "<item id='current'><devices xmlns='urn:xmpp:omemo:2'><device id='"
                    + bob.address().device() + "'/></devices></item></items></event></message>");

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void whatIsNotDecidedInTimeFails() throws Exception {
        OmemoConfig config = MANUAL.withDecisionTimeout(Duration.ofMillis(300));
        try (TestClient alice = TestClient.started(world, store, config)) {
            alice.connection.sendStanza(message("m1"));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 UNDECIDED");
            alice.connection.sendStanza(message("m2"));
            assertThat(alice.nextHeard()).isEqualTo("failed m2 UNDECIDED");
            assertThat(alice.asked).as("each was asked for").hasSize(2);
        }
    }

    @Test
    void afterARestartItIsAskedForAgain() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            alice.nextAsked();
            alice.omemo.stop();

            alice.omemo.start(store, MANUAL);

            TrustRequest again = alice.nextAsked();
            alice.omemo.trust().answer(again, Map.of(bob.key(), Decision.TRUST));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void afterARestartItWaitsForTheSameDecisionsThoughItsPolicyWouldNotAsk() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            alice.nextAsked();
            alice.connection.sendStanza(message("m2"));
            alice.omemo.stop();

            alice.omemo.start(store, World.CONFIG);

            TrustRequest again = alice.nextAsked();
            assertThat(again.keys()).containsExactly(bob.key());
            assertThat(alice.omemo.trust().requests()).containsExactly(again);
            assertThat(ids(alice.omemo.waiting())).containsExactly("m1", "m2");
            alice.omemo.trust().decide(bob.key(), Decision.TRUST, "");
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(alice.nextHeard()).isEqualTo("sent m2");
        }
    }

    @Test
    void whatWaitsSinceAStricterRunMayBeRefused() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            alice.nextAsked();
            alice.omemo.stop();
            alice.omemo.start(store, World.CONFIG);

            alice.omemo.trust().refuse(alice.nextAsked());

            assertThat(alice.nextHeard()).isEqualTo("failed m1 UNDECIDED");
            alice.connection.sendStanza(message("m2"));
            assertThat(alice.nextHeard()).as("by its own policy").isEqualTo("sent m2");
        }
    }

    @Test
    void whoComesLateSeesTheOpenRequests() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            assertThat(alice.omemo.trust().requests()).isEmpty();
            alice.connection.sendStanza(message("m1"));
            TrustRequest toBob = alice.nextAsked();
            alice.connection.sendStanza(message(carol.jid(), "c1"));
            TrustRequest toCarol = alice.nextAsked();
            assertThat(alice.omemo.trust().requests()).containsExactly(toBob, toCarol);

            alice.omemo.trust().answer(toBob, Map.of(bob.key(), Decision.TRUST));

            assertThat(alice.omemo.trust().requests()).containsExactly(toCarol);
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(alice.omemo.cancel(alice.omemo.waiting().get(0)).get(30, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(alice.omemo.trust().requests()).as("nothing waits").isEmpty();
        }
    }

    @Test
    void aUriThatVerifiesADeviceLetsMessagesGoOn() throws Exception {
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.connection.sendStanza(message("m1"));
            alice.nextAsked();
            OmemoUri uri = new OmemoUri(
                    bob.jid(), Map.of(bob.address().device(), bob.key().fingerprint()));

            VerificationResult result = alice.omemo.trust().verify(bob.jid(), uri.toString());

            assertThat(result).isInstanceOf(VerificationResult.Verified.class);
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void aUriOfSomebodyElseVerifiesNothing() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            OmemoUri uri = new OmemoUri(
                    bob.jid(), Map.of(bob.address().device(), bob.key().fingerprint()));

            assertThat(alice.omemo.trust().verify(TestClient.jid("carol@example.net"), uri.toString()))
                    .isInstanceOfSatisfying(
                            VerificationResult.Unusable.class,
                            unusable -> assertThat(unusable.reason()).isEqualTo(Reason.FOREIGN_ADDRESS));
            assertThat(alice.omemo.trust().level(bob.key())).isEqualTo(TrustLevel.UNDECIDED);
        }
    }

    @Test
    void ourUriHasThisDeviceAndOurOtherVerifiedOnes() throws Exception {
        TestDevice tablet = world.device(TestClient.ALICE);
        world.device(TestClient.ALICE);
        try (TestClient alice = TestClient.started(world, store)) {
            alice.connection.sendStanza(message("m1"));
            assertThat(alice.nextHeard()).as("their keys are known").isEqualTo("sent m1");
            OwnDevice own = alice.omemo.ownDevice();
            assertThat(alice.omemo.trust().ownUri().devices())
                    .containsExactly(Map.entry(own.address().device(), own.fingerprint()));

            alice.omemo.trust().decide(tablet.key(), Decision.VERIFY, "");

            assertThat(alice.omemo.trust().ownUri().jid().toString()).isEqualTo(TestClient.ALICE);
            assertThat(alice.omemo.trust().ownUri().devices())
                    .containsExactly(
                            Map.entry(own.address().device(), own.fingerprint()),
                            Map.entry(tablet.address().device(), tablet.key().fingerprint()));
        }
    }

    @Test
    void anotherKeyOfADeviceIsAccepted() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        try (TestClient alice = TestClient.started(world, store)) {
            assertThat(alice.omemo.trust().acceptKey(bob.address(), laptop.key().fingerprint(), ""))
                    .isInstanceOf(TrustChange.Changed.class);

            assertThat(alice.omemo.devices(bob.jid()))
                    .singleElement()
                    .satisfies(device -> assertThat(device.fingerprint())
                            .contains(laptop.key().fingerprint()));
        }
    }

    @Test
    void aMessageToARoomAsksForTheDevicesOfAllMembers() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        try (TestClient alice = TestClient.started(world, store, MANUAL)) {
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
            new TestRoom(alice, world)
                    .with(MUCAffiliation.member, carol.jid().toString())
                    .enter()
                    .says(TestRoom.presence("bob", bob.jid() + "/x", "none"));
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));

            TrustRequest request = alice.nextAsked();
            assertThat(request.conversation().toString()).isEqualTo(TestRoom.JID.toString());
            assertThat(request.keys()).containsExactlyInAnyOrder(bob.key(), carol.key());
            alice.omemo.trust().answer(request, Map.of(bob.key(), Decision.TRUST, carol.key(), Decision.DISTRUST));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void decisionsAreMadeBeforeTheLoginTooAndAreInTheJournal() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        OmemoManager omemo = OmemoManager.getInstanceFor(connection);
        omemo.start(store);

        omemo.trust().decide(bob.key(), Decision.VERIFY, "we have met");

        assertThat(omemo.trust().level(bob.key())).isEqualTo(TrustLevel.VERIFIED);
        assertThat(omemo.trust().journal(10)).isEqualTo(omemo.trust().journal(bob.jid(), 10));
        assertThat(omemo.trust().journal(10)).singleElement().satisfies(entry -> {
            assertThat(entry.means()).isEqualTo(TrustMeans.PERSON);
            assertThat(entry.reason()).isEqualTo("we have met");
        });
        connection.connect();
        connection.login();
        assertThat(omemo.trust().level(bob.key())).isEqualTo(TrustLevel.VERIFIED);
        omemo.stop();
    }

    /** Until this is counted down, the worker stands in a question to Carol's server. */
    private static CountDownLatch workerStands(TestClient alice) throws Exception {
        BareJid carol = TestClient.jid("carol@example.net");
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        alice.connection.shutTheQueueFor(stanza -> {
            if (carol.equals(stanza.getTo())) {
                stands.countDown();
                assertThatNoException()
                        .isThrownBy(() ->
                                assertThat(goesOn.await(30, TimeUnit.SECONDS)).isTrue());
            }
            return false;
        });
        alice.omemo.prepare(carol);
        assertThat(stands.await(30, TimeUnit.SECONDS)).isTrue();
        return goesOn;
    }

    private Message message(String id) {
        return message(bob.jid(), id);
    }

    private static Message message(BareJid to, String id) {
        return StanzaBuilder.buildMessage(id)
                .to(to)
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build();
    }

    private static List<String> ids(List<WaitingMessage> waiting) {
        return waiting.stream().map(WaitingMessage::stanzaId).toList();
    }
}
