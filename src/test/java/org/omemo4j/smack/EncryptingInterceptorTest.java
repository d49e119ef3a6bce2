/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.util.Consumer;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.chatstates.ChatState;
import org.jivesoftware.smackx.chatstates.packet.ChatStateExtension;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustPolicy;

/** What leaves when an application sends. */
class EncryptingInterceptorTest {
    private static final String BOB = "bob@example.org";

    @Test
    void isCalledAfterTwoHundredOthers() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Integer> called = new ArrayList<>();
        try (TestClient alice = TestClient.loggedIn()) {
            for (int i = 0; i < 200; i++) {
                alice.connection.addMessageInterceptor(new Probe(random.nextInt(), called), message -> true);
            }

            assertThatThrownBy(() -> alice.connection.sendStanza(message("hi"))).isInstanceOf(OmemoException.class);

            assertThat(called.size())
                    .as("interceptors called before ours threw; seed %s", seed)
                    .isEqualTo(200);
        }
    }

    @Test
    void beforeTheStartNothingLeavesInClear() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            assertNotStarted(alice);
            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
        }
    }

    @Test
    void afterTheEndNothingLeavesInClear() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.omemo.stop();

            assertNotStarted(alice);
        }
    }

    @Test
    void withoutAManagerTheConnectionIsLeftAlone() throws Exception {
        QuietConnection connection = TestClient.connect();

        connection.sendStanza(message("hi"));

        assertThat(connection.sentMessage().getBody()).isEqualTo("hi");
    }

    @Test
    void beforeTheStartAChatStateIsDroppedAndNothingIsThrown() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            alice.connection.sendStanza(chatState());

            assertIsPlaceholder(alice.sent(), alice);
        }
    }

    @Test
    void theContentIsReplacedAndTheApplicationsMessageIsNot() throws Exception {
        World world = new World();
        MemoryStore store = storeThatKnowsBob(world);
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);
            Message original = message("Hello");

            alice.connection.sendStanza(original);

            Message sent = alice.sent();
            assertThat(TestClient.names(sent)).containsExactlyInAnyOrder("encrypted", "encryption", "store");
            assertThat(sent.getStanzaId()).isEqualTo(original.getStanzaId());
            assertThat(sent.toXML().toString()).doesNotContain("Hello");
            assertThat(original.getBody()).isEqualTo("Hello");
            assertThat(alice.nextHeard()).isEqualTo("sent " + original.getStanzaId());
        }
    }

    @Test
    void anElementThatWritesSomethingElseThanItsNameDoesNotLeaveInClear() throws Exception {
        World world = new World();
        try (TestClient alice = TestClient.started(world, storeThatKnowsBob(world))) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);
            Message message = message("Hello");
            message.addExtension(new Misnamed());

            alice.connection.sendStanza(message);

            Message sent = alice.sent();
            assertThat(TestClient.names(sent)).containsExactlyInAnyOrder("encrypted", "encryption", "store");
            assertThat(sent.toXML().toString()).doesNotContain("confidential");
        }
    }

    @Test
    void whatIsEncryptedIsNotEncryptedAgain() throws Exception {
        World world = new World();
        try (TestClient alice = TestClient.started(world, storeThatKnowsBob(world))) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);
            alice.connection.sendStanza(message("Hello"));
            String first = alice.sent().toXML().toString();

            alice.connection.sendStanza(PacketParserUtils.parseStanza(first));

            assertThat(alice.sent().toXML().toString()).isEqualTo(first);
        }
    }

    @Test
    void aMessageToAStrangerWaitsAndAPlaceholderLeaves() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.connection.answerNothing();
            Message first = message("first");
            alice.connection.sendStanza(first);
            alice.connection.sendStanza(message("second"));

            assertIsPlaceholder(alice.sent(), alice);
            assertIsPlaceholder(alice.sent(), alice);
            assertThat(alice.omemo.waiting()).hasSize(2);
            assertThat(alice.omemo.waiting().get(0).stanzaId()).isEqualTo(first.getStanzaId());
        }
    }

    @Test
    void aChatStateToAStrangerIsDropped() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            List<IQ> asked = Collections.synchronizedList(new ArrayList<>());
            alice.connection.answerBy(request -> {
                asked.add(request);
                return Optional.empty();
            });
            alice.connection.sendStanza(chatState());

            assertIsPlaceholder(alice.sent(), alice);
            assertThat(alice.nextHeard()).isEqualTo("withheld " + BOB);
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue(); // the worker has nothing left to do
            assertThat(asked)
                    .isNotEmpty()
                    .noneMatch(request -> request.getTo() != null
                            && request.getTo().asBareJid().equals(TestClient.jid(BOB)));
        }
    }

    @Test
    void aConversationThatIsOffIsLeftAlone() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF);

            alice.connection.sendStanza(message("in clear"));

            assertThat(alice.sent().getBody()).isEqualTo("in clear");
        }
    }

    @Test
    void roomsPassUnlessTheyAreRequiredToBeEncrypted() throws Exception {
        String room = "room@conference.example.org";
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.connection.sendStanza(groupChat(room));
            assertThat(alice.sent().getBody()).isEqualTo("all");

            alice.omemo.setPolicy(TestClient.jid(room), EncryptionPolicy.REQUIRED);
            assertThatThrownBy(() -> alice.connection.sendStanza(groupChat(room)))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_IN_ROOM));

            alice.omemo.stop();
            assertThatThrownBy(() -> alice.connection.sendStanza(groupChat(room)))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_STARTED));
        }
    }

    @Test
    void whatXmlForbidsIsRefusedWithoutQuotingIt() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            assertThatThrownBy(() -> alice.connection.sendStanza(message("secret\u0001word")))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTENT))
                    .hasMessageNotContaining("secret");
            assertNoMessageLeft(alice);
        }
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            assertThatThrownBy(() -> alice.connection.sendStanza(message("a".repeat(300_000))))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTENT));
            assertNoMessageLeft(alice);
        }
    }

    @Test
    void whatIsTooLargeOnceEncryptedIsRefusedAndMovesNoSession() throws Exception {
        World world = new World();
        MemoryStore store = storeThatKnowsBob(world);
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);
            long before = store.revision();

            assertThatThrownBy(() -> alice.connection.sendStanza(message("a".repeat(250_000))))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTENT));

            assertThat(store.revision()).as("commits").isEqualTo(before);
            assertNoMessageLeft(alice);
        }
    }

    @Test
    void anElementWhoseNameChangesIsRefusedAndNothingWaits() throws Exception {
        World world = new World();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            Message message = message("Hello");
            message.addExtension(new Changing());

            assertThatThrownBy(() -> alice.connection.sendStanza(message))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTENT));

            assertNoMessageLeft(alice);
        }
    }

    @Test
    void whenWhatNeedsADecisionCannotWaitTheNextMessageAsks() throws Exception {
        World world = new World();
        TestDevice bob = world.device(BOB);
        OmemoConfig config = OmemoConfig.defaults().withTrust(TrustPolicy.manual());
        try (TestClient alice = TestClient.started(world, new MemoryStore(), config)) {
            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);
            Message message = message("Hello");
            message.addExtension(new Changing());
            assertThatThrownBy(() -> alice.connection.sendStanza(message)).isInstanceOf(OmemoException.class);
            assertNoMessageLeft(alice);
            assertThat(alice.nextAsked().keys()).as("what was seen is told").containsExactly(bob.key());

            alice.connection.sendStanza(message("Hello"));

            TrustRequest request = alice.nextAsked();
            alice.omemo.trust().answer(request, Map.of(bob.key(), Decision.TRUST));
            assertThat(alice.nextHeard()).startsWith("sent");
        }
    }

    @Test
    void aTextBesideWhatARoomReadsIsRefusedWithTheRemedy() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            MUCUser invitation = new MUCUser();
            invitation.setInvite(new MUCUser.Invite("join us", JidCreate.entityBareFrom(BOB)));
            Message message = StanzaBuilder.buildMessage("i")
                    .to("room@conference.example.org")
                    .ofType(Message.Type.normal)
                    .setBody("Hello")
                    .addExtension(invitation)
                    .build();

            assertThatThrownBy(() -> alice.connection.sendStanza(message))
                    .isInstanceOfSatisfying(
                            OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.THROUGH_ROOM))
                    .hasMessageContaining("reason");
            assertNoMessageLeft(alice);
        }
    }

    private static void assertNoMessageLeft(TestClient alice) throws Exception {
        assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
        assertThat(alice.omemo.waiting()).isEmpty();
    }

    private static void assertNotStarted(TestClient alice) throws Exception {
        assertThatThrownBy(() -> alice.connection.sendStanza(message("hi")))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_STARTED));
    }

    private static void assertIsPlaceholder(Message message, TestClient alice) {
        assertThat(message.getTo().toString())
                .isEqualTo(alice.connection.getUser().toString());
        assertThat(message.getType()).isEqualTo(Message.Type.headline);
        assertThat(TestClient.names(message))
                .containsExactlyInAnyOrder("placeholder", "no-store", "no-copy", "private");
    }

    @Test
    void theFirstMessageToAStrangerLeavesOnceItsDevicesAreFetched() throws Exception {
        World world = new World();
        TestDevice bob = world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            Message original = message("Hello");

            alice.connection.sendStanza(original);

            Message sent = alice.sentBesideThePlaceholder();
            assertThat(sent.getStanzaId()).isEqualTo(original.getStanzaId());
            assertThat(TestClient.names(sent)).containsExactlyInAnyOrder("encrypted", "encryption", "store");
            assertThat(alice.nextHeard()).isEqualTo("sent " + original.getStanzaId());
            assertThat(alice.omemo.waiting()).isEmpty();
            bob.read(new World.Letter(TestClient.jid(TestClient.ALICE), bob.jid(), encryptedIn(sent)));
            assertThat(bob.inbox()).containsExactly("Hello");
        }
    }

    @Test
    void aPlaceholderThatWasWrittenHasAnIdOfItsOwn() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            Message original = message("Hello");

            alice.connection.sendStanza(original);

            assertThat(alice.sent().getStanzaId()).isNotEqualTo(original.getStanzaId());
        }
    }

    private static XmlElement encryptedIn(Message message) {
        return ReceivedElements.find(message, RawElement.class)
                .flatMap(RawElement::xml)
                .orElseThrow();
    }

    private static MemoryStore storeThatKnowsBob(World world) throws Exception {
        MemoryStore store = new MemoryStore();
        TestDevice alice = world.device(TestClient.ALICE, store, org.omemo4j.engine.OmemoConfig.defaults());
        TestDevice bob = world.device(BOB);
        alice.send(bob, "before");
        store.close();
        return store;
    }

    private static Message message(String body) throws Exception {
        return StanzaBuilder.buildMessage("id-" + body.hashCode())
                .to(BOB)
                .ofType(Message.Type.chat)
                .setBody(body)
                .build();
    }

    private static Message groupChat(String room) throws Exception {
        return StanzaBuilder.buildMessage("g")
                .to(room)
                .ofType(Message.Type.groupchat)
                .setBody("all")
                .build();
    }

    private static Message chatState() throws Exception {
        return StanzaBuilder.buildMessage("c")
                .to(BOB)
                .ofType(Message.Type.chat)
                .addExtension(new ChatStateExtension(ChatState.composing))
                .build();
    }

    /** An interceptor with a hash of its own. */
    private record Probe(int hash, List<Integer> called) implements Consumer<MessageBuilder> {
        @Override
        public void accept(MessageBuilder message) {
            called.add(hash);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    /** An element with another name each time. */
    private static final class Changing implements ExtensionElement {
        private int asked;

        @Override
        public String getElementName() {
            return "note" + asked++;
        }

        @Override
        public String getNamespace() {
            return "urn:example:note";
        }

        @Override
        public CharSequence toXML(XmlEnvironment enclosing) {
            return "<note xmlns='urn:example:note'/>";
        }
    }

    /** An element of an application that is careless with names. */
    private static final class Misnamed implements ExtensionElement {
        @Override
        public String getElementName() {
            return "note";
        }

        @Override
        public String getNamespace() {
            return "urn:example:note";
        }

        @Override
        public CharSequence toXML(XmlEnvironment enclosing) {
            return "<remark xmlns='urn:example:remark'>confidential</remark>";
        }
    }
}
