/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/** Trust messages leave by themselves, and nothing of those that come is seen. */
class TrustMessagesOnTheWireTest {
    private final World world = new World();
    private final MemoryStore store = new MemoryStore();
    private final TestDevice bob =
            world.device("bob@example.org", new MemoryStore(), World.CONFIG.withTrustMessages(false));
    private final TestDevice tablet = world.device(TestClient.ALICE);

    /** The device whose store the client goes on with. */
    private final TestDevice before = world.device(TestClient.ALICE, store, World.CONFIG);

    @BeforeEach
    void bobIsVerifiedAndSoIsTheTablet() {
        before.talksWith(bob);
        before.decides(tablet, Decision.VERIFY);
        before.decides(bob, Decision.VERIFY);
    }

    @Test
    void whatAPersonHasDecidedLeavesAndNobodyIsTold() throws Exception {
        try (TestClient alice = started()) {
            List<Message> sent = List.of(alice.sent(), alice.sent());

            assertThat(sent)
                    .extracting(message -> message.getTo().toString())
                    .containsExactlyInAnyOrder(TestClient.ALICE, "bob@example.org");
            assertThat(sent).allSatisfy(message -> {
                assertThat(message.getType()).isEqualTo(Message.Type.chat);
                assertThat(TestClient.names(message)).containsExactlyInAnyOrder("encrypted", "encryption", "store");
            });
            assertThat(said(bob, sent)).containsExactly(message(tablet));
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void itOvertakesAMessageThatWaitsForADecisionAndIsNotShownAsWaiting() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        before.read(laptop.send(before, "hello"));
        attempt(
                () -> before.engine()
                        .park(
                                bob.jid(),
                                "m1",
                                "<message xmlns='jabber:client' type='chat' id='m1' to='bob@example.org'><body>Hello</body></message>"));
        before.undoes(bob);
        before.decides(bob, Decision.VERIFY);

        try (TestClient alice = started()) {
            List<Message> toBob = new ArrayList<>();
            while (toBob.size() < 2) {
                Message message = alice.sent();
                if (message.getTo().equals(bob.jid())) {
                    toBob.add(message);
                }
            }

            assertThat(said(bob, toBob)).containsExactly(message(tablet), message(tablet));
            assertThat(alice.omemo.waiting())
                    .extracting(WaitingMessage::stanzaId)
                    .containsExactly("m1");
        }
    }

    @Test
    void whatNobodyCanReadIsDroppedWithoutAWord() throws Exception {
        before.decides(tablet, Decision.DISTRUST);
        before.decides(bob, Decision.COMPROMISE);

        try (TestClient alice = started()) {
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();

            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void whatReachesNobodyNowIsInNobodysWayAndLeavesWhenTheDevicesAreTold() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        world.refuse("carol@example.net", FetchProblem.REMOTE_ERROR);
        before.decides(carol, Decision.VERIFY);
        try (TestClient alice = started()) {
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(sentTo(carol, alice)).isEmpty();

            world.allow("carol@example.net");
            alice.receives("<message xmlns='jabber:client' from='carol@example.net' to='" + TestClient.ALICE
                    + "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                    + "<item id='current'>"
                    + world.item(carol.jid(), "urn:xmpp:omemo:2:devices", "current")
                            .orElseThrow()
                            .toXml()
                    + "</item></items></event></message>");

            assertThat(next(carol, alice)).isNotNull();
        }
    }

    @Test
    void orAtTheNextLogin() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        world.refuse("carol@example.net", FetchProblem.REMOTE_ERROR);
        before.decides(carol, Decision.VERIFY);
        try (TestClient alice = started()) {
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(sentTo(carol, alice)).isEmpty();
        }
        world.allow("carol@example.net");

        try (TestClient alice = started()) {
            assertThat(next(carol, alice)).isNotNull();
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void whatIsKeptForWhoGetsPlainTextLeavesWithTheFirstPolicyThatEncrypts() throws Exception {
        attempt(() -> {
            before.engine().setPolicy(bob.jid(), EncryptionPolicy.OFF);
            return bob;
        });
        try (TestClient alice = started()) {
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(sentTo(bob, alice)).isEmpty();

            alice.omemo.setPolicy(bob.jid(), EncryptionPolicy.REQUIRED);

            assertThat(next(bob, alice)).isNotNull();
        }
    }

    @Test
    void andForWhoHasAskedForItWhenAPersonDeclines() throws Exception {
        before.read(bob.send(before.jid(), new OptOut(Optional.empty()).toXml()));
        try (TestClient alice = started()) {
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(sentTo(bob, alice)).isEmpty();

            alice.omemo.declineOptOut(bob.jid());

            assertThat(next(bob, alice)).isNotNull();
        }
    }

    @Test
    void aDeviceThatWasVerifiedBeforeItShowsItsKeyIsToldWhenItDoes() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        before.decides(laptop, Decision.VERIFY);
        before.sendParked();
        try (TestClient alice = started()) {
            alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE
                    + "' from='bob@example.org/x'>"
                    + laptop.send(before.jid(), "Hello").encrypted().toXml() + "</message>");

            assertThat(next(bob, alice)).isNotNull();
        }
    }

    private static List<Message> sentTo(TestDevice device, TestClient client) {
        return client.connection.sent().stream()
                .filter(Message.class::isInstance)
                .map(Message.class::cast)
                .filter(message -> message.getTo().equals(device.jid()))
                .toList();
    }

    /** The next message on the wire for its account. */
    private static Message next(TestDevice device, TestClient client) throws InterruptedException {
        Message message = client.sent();
        while (!message.getTo().equals(device.jid())) {
            message = client.sent();
        }
        return message;
    }

    @Test
    void oneThatComesShowsNothingAndIsToldAsAnEventOnly() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        before.read(laptop.send(before, "hello"));
        try (TestClient alice = started()) {
            BlockingQueue<OmemoEvent.TrustChanged> changes = events(alice, OmemoEvent.TrustChanged.class);

            Message shown = alice.receives(stanza(bob, message(laptop)));

            assertThat(TestClient.names(shown)).isEmpty();
            OmemoEvent.TrustChanged change = changes.poll(30, TimeUnit.SECONDS);
            assertThat(change).isNotNull();
            assertThat(change.key()).isEqualTo(laptop.key());
            assertThat(change.to()).isEqualTo(TrustLevel.VERIFIED);
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void aMessageThatWaitsForADecisionLeavesWhenATrustMessageMakesIt() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        before.read(laptop.send(before, "hello"));
        try (TestClient alice = started()) {
            alice.connection.sendStanza(StanzaBuilder.buildMessage("m1")
                    .to(bob.jid())
                    .ofType(Message.Type.chat)
                    .setBody("Hello")
                    .build());
            assertThat(alice.nextAsked().keys()).containsExactly(laptop.key());

            alice.receives(stanza(bob, message(laptop)));

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
        }
    }

    @Test
    void whatADecisionMakesOfEarlierTrustMessagesIsTold() throws Exception {
        TestDevice carol = world.device("carol@example.net", new MemoryStore(), World.CONFIG.withTrustMessages(false));
        TestDevice laptop = world.device("carol@example.net");
        before.talksWith(carol);
        before.read(laptop.send(before, "hello"));
        try (TestClient alice = started()) {
            alice.receives(stanza(carol, message(laptop)));
            BlockingQueue<OmemoEvent.TrustChanged> changes = events(alice, OmemoEvent.TrustChanged.class);

            alice.omemo.trust().decide(carol.key(), Decision.VERIFY, "");

            OmemoEvent.TrustChanged change = changes.poll(30, TimeUnit.SECONDS);
            assertThat(change).isNotNull();
            assertThat(change.key()).isEqualTo(laptop.key());
            assertThat(change.to()).isEqualTo(TrustLevel.VERIFIED);
        }
    }

    @Test
    void i3_oneThatComesInClearIsToldEachTimeAndIsOneEntryAlsoBesideAnEncryptedMessage() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        before.read(laptop.send(before, "hello"));
        try (TestClient alice = started()) {
            BlockingQueue<OmemoEvent.TrustMessageRefused> refused = events(alice, OmemoEvent.TrustMessageRefused.class);
            String clear = message(laptop).toXml();
            String encrypted = bob.send(before.jid(), "Hello").encrypted().toXml();
            for (String content : List.of(clear, clear + encrypted)) {
                alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE
                        + "' from='bob@example.org/x'>" + content + "</message>");

                assertThat(refused.poll(30, TimeUnit.SECONDS)).isEqualTo(forged(bob));
            }

            assertForgedOnce(alice, laptop);
        }
    }

    @Test
    void i3_norDoesOneBesideALegacyMessage() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        TestDevice old = world.device(
                "bob@example.org", new MemoryStore(), OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION)));
        before.read(laptop.send(before, "hello"));
        before.decides(old, Decision.VERIFY);
        store.close();
        try (TestClient alice = TestClient.started(world, store, OmemoConfig.defaults())) {
            BlockingQueue<OmemoEvent.TrustMessageRefused> refused = events(alice, OmemoEvent.TrustMessageRefused.class);

            Message shown = alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE
                    + "' from='bob@example.org/x'>" + message(laptop).toXml()
                    + old.send(before.jid(), "Hello").encrypted().toXml() + "</message>");

            assertThat(shown.getBody()).isEqualTo("Hello");
            assertThat(TestClient.names(shown)).doesNotContain("trust-message");
            assertThat(refused.poll(30, TimeUnit.SECONDS)).isEqualTo(forged(bob));
            assertForgedOnce(alice, laptop);
        }
    }

    @Test
    void i3_norDoesOneInACopyThatNobodyVouchesForAndItIsWhoSentThatWhoIsTold() throws Exception {
        TestDevice laptop = world.device("bob@example.org");
        before.read(laptop.send(before, "hello"));
        try (TestClient alice = started()) {
            BlockingQueue<OmemoEvent.TrustMessageRefused> refused = events(alice, OmemoEvent.TrustMessageRefused.class);

            String inside = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='"
                    + TestClient.ALICE + "/y' to='bob@example.org'>"
                    + message(laptop).toXml() + "</message></forwarded>";
            String mallorys = "<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE
                    + "' from='mallory@example.net/x'>";
            for (String stanza : List.of(
                    mallorys + "<sent xmlns='urn:xmpp:carbons:2'>" + inside + "</sent></message>",
                    mallorys + inside + "</message>",
                    "<message xmlns='jabber:client' to='" + TestClient.ALICE + "/z' from='" + TestClient.ALICE
                            + "'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                            + mallorys + inside + "</message></forwarded></received></message>")) {
                alice.receives(stanza);

                assertThat(refused.poll(30, TimeUnit.SECONDS))
                        .as(stanza)
                        .isEqualTo(new OmemoEvent.TrustMessageRefused(
                                TestClient.jid("mallory@example.net"), Optional.empty(), TrustRefusal.FORGED));
            }
            assertThat(alice.omemo.trust().level(laptop.key())).isEqualTo(TrustLevel.UNDECIDED);
            assertThat(alice.omemo.trust().journal(10))
                    .extracting(TrustEntry::refusal)
                    .doesNotContain(Optional.of(TrustRefusal.FORGED));
        }
    }

    @Test
    void whoSendsOneInClearCannotTakeATextFromUs() throws Exception {
        try (TestClient alice = started()) {
            Message shown = alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE
                    + "' from='bob@example.org/x'><body>Hello</body>"
                    + message(tablet).toXml() + "</message>");

            assertThat(shown.getBody()).isEqualTo("Hello");
            assertThat(alice.heard).isEmpty();
        }
    }

    private static OmemoEvent.TrustMessageRefused forged(TestDevice claimed) {
        return new OmemoEvent.TrustMessageRefused(claimed.jid(), Optional.empty(), TrustRefusal.FORGED);
    }

    private static void assertForgedOnce(TestClient alice, TestDevice about) throws Exception {
        assertThat(alice.omemo.trust().level(about.key())).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.omemo.trust().journal(about.jid(), 10).stream()
                        .filter(entry -> entry.means() == TrustMeans.TRUST_MESSAGE))
                .extracting(TrustEntry::refusal)
                .containsExactly(Optional.of(TrustRefusal.FORGED));
    }

    private static <E extends OmemoEvent> BlockingQueue<E> events(TestClient client, Class<E> kind) {
        BlockingQueue<E> events = new LinkedBlockingQueue<>();
        client.omemo.addOmemoListener(new OmemoListener() {
            @Override
            public void onEvent(OmemoEvent event) {
                if (kind.isInstance(event)) {
                    events.add(kind.cast(event));
                }
            }
        });
        return events;
    }

    /** What comes from this device, encrypted. */
    private String stanza(TestDevice from, XmlElement content) {
        String encrypted = from.send(before.jid(), content).encrypted().toXml();
        return "<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE + "' from='" + from.jid()
                + "/x'>" + encrypted + "</message>";
    }

    private TestClient started() throws Exception {
        store.close();
        return TestClient.started(world, store, World.CONFIG);
    }

    /** What this device reads in those of the messages that are for it; it leaves trust messages to its application. */
    private static List<XmlElement> said(TestDevice reader, List<Message> messages) {
        List<XmlElement> said = new ArrayList<>();
        for (Message message : messages) {
            if (message.getTo().equals(reader.jid())) {
                XmlElement encrypted = ((RawElement) message.getExtension("encrypted", "urn:xmpp:omemo:2"))
                        .xml()
                        .orElseThrow();
                Decryption read = reader.read(new Letter(TestClient.jid(TestClient.ALICE), reader.jid(), encrypted));
                said.addAll(((Decryption.Decrypted) read).content());
            }
        }
        return said;
    }

    private static XmlElement message(TestDevice trusted) {
        return new TrustMessage(
                        "urn:xmpp:omemo:2",
                        List.of(new KeyOwner(trusted.jid(), Set.of(trusted.identityKey()), Set.of())))
                .toXml();
    }
}
