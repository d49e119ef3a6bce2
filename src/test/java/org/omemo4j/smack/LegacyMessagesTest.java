/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.chatstates.ChatState;
import org.jivesoftware.smackx.chatstates.packet.ChatStateExtension;
import org.jivesoftware.smackx.eme.element.ExplicitMessageEncryptionElement;
import org.jivesoftware.smackx.message_correct.element.MessageCorrectExtension;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.receipts.DeliveryReceiptManager;
import org.jivesoftware.smackx.receipts.DeliveryReceiptRequest;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Messages to and from devices that speak legacy OMEMO: the text is secret, and what stands beside it is chosen with care. */
class LegacyMessagesTest {
    private static final OmemoConfig LEGACY = OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION));
    private static final String BOB = "bob@example.org";

    private final World world = new World();

    @Test
    void theTextIsEncryptedAndAFallbackStandsInItsPlace() throws Exception {
        TestDevice bob = legacyBob();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);

            alice.connection.sendStanza(message("m1")
                    .addExtension(new DeliveryReceiptRequest())
                    .addExtension(new MessageCorrectExtension("m0"))
                    .build());

            Message sent = alice.sent();
            assertThat(TestClient.names(sent))
                    .containsExactlyInAnyOrder("encrypted", "encryption", "store", "request", "body");
            assertThat(sent.getBody()).isEqualTo(Stanzas.fallbackBody().getMessage());
            assertThat(ExplicitMessageEncryptionElement.from(sent).getEncryptionNamespace())
                    .isEqualTo(Axolotl.NAMESPACE);
            bob.read(letter(sent));
            assertThat(bob.inbox()).containsExactly("Hello");
        }
    }

    @Test
    void whatWasWithheldIsTold() throws Exception {
        legacyBob();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            List<SentMessage> sent = new CopyOnWriteArrayList<>();
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onSent(SentMessage message) {
                    sent.add(message);
                }
            });

            alice.connection.sendStanza(message("m1")
                    .addExtension(new MessageCorrectExtension("m0"))
                    .build());
            alice.nextHeard();
            alice.connection.sendStanza(message("m2").build());
            alice.nextHeard();

            assertThat(sent).extracting(SentMessage::withheld).containsExactly(List.of("replace"), List.of());
        }
    }

    /** Smack's outgoing listeners and its receipt requests choose messages by their body. */
    @Test
    void aMessageThatWaitedIsSeenOnceInClearAndAsksForOneReceipt() throws Exception {
        legacyBob();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            DeliveryReceiptManager.getInstanceFor(alice.connection).autoAddDeliveryReceiptRequests();
            List<String> seen = new CopyOnWriteArrayList<>();
            ChatManager.getInstanceFor(alice.connection)
                    .addOutgoingListener((to, message, chat) -> seen.add(String.valueOf(message.getBody())));

            alice.connection.sendStanza(message("m1").build());

            Message sent = alice.sentBesideThePlaceholder();
            String xml = sent.toXML().toString();
            assertThat(seen).containsExactly("Hello");
            assertThat(xml).containsOnlyOnce("<request ").containsOnlyOnce("<body");
            assertThat(xml).contains(Stanzas.fallbackBody().getMessage()).doesNotContain("Hello");
        }
    }

    @Test
    void neitherIsOneThatGoesAgainAfterTheNextLogin() throws Exception {
        legacyBob();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.answerNothingTo(Ping.class::isInstance);
            alice.connection.sendStanza(message("m1").build());
            String first = alice.sentBesideThePlaceholder().toXML().toString();
            List<String> seen = new CopyOnWriteArrayList<>();
            ChatManager.getInstanceFor(alice.connection)
                    .addOutgoingListener((to, message, chat) -> seen.add(String.valueOf(message.getBody())));

            alice.connection.instantShutdown();
            alice.connection.connect();
            alice.connection.login();

            Message again = alice.sent();
            assertThat(again.toXML().toString()).contains("<body", "<encrypted").hasSameSizeAs(first);
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void whatSmackReportsAsDroppedMayBeSentAgain() throws Exception {
        legacyBob();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);
            alice.connection.sendStanza(message("m1").build());
            Message sent = alice.sent();

            alice.connection.sendStanza(sent);

            assertThat(alice.sent().toXML().toString()).isEqualTo(sent.toXML().toString());
        }
    }

    @Test
    void aChatStateIsLeftInClearOnceThereIsASession() throws Exception {
        legacyBob();
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.connection.sendStanza(message("m1").build());
            alice.nextHeard();
            alice.sentBesideThePlaceholder();

            alice.connection.sendStanza(StanzaBuilder.buildMessage("c")
                    .to(BOB)
                    .ofType(Message.Type.chat)
                    .addExtension(new ChatStateExtension(ChatState.composing))
                    .build());

            assertThat(TestClient.names(alice.sent())).containsExactly("composing");
        }
    }

    @Test
    void aMessageInBothVersionsIsReadOnce() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            TestDevice bob = world.device(BOB, new MemoryStore(), OmemoConfig.defaults());
            world.device(TestClient.ALICE, new MemoryStore(), LEGACY);
            world.device(TestClient.ALICE, new MemoryStore(), World.CONFIG);
            Encryption.Encrypted both = (Encryption.Encrypted) bob.encrypt(OutgoingMessage.toContact(
                    TestClient.jid(TestClient.ALICE), List.of(TestDevice.body("Hello")), false));
            assertThat(both.versions()).hasSize(2);

            Message message = alice.receives(fromBob(both.elements().stream(), "<body>fallback</body>"));

            assertThat(message.getBodies()).extracting(Message.Body::getMessage).containsExactly("Hello");
            assertThat(OmemoInfo.of(message)).map(OmemoInfo::version).contains(Omemo2.NAMESPACE);
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void whereTheBetterElementIsForOthersTheOtherOneIsRead() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            TestDevice old = legacyBob();
            TestDevice strict = world.device(BOB);
            world.device("carol@example.org");
            XmlElement forOthers = strict.send(TestClient.jid("carol@example.org"), "for Carol")
                    .encrypted();
            XmlElement forUs =
                    old.send(TestClient.jid(TestClient.ALICE), "Hello").encrypted();

            Message message = alice.receives(fromBob(Stream.of(forOthers, forUs), "<body>fallback</body>"));

            assertThat(message.getBody()).isEqualTo("Hello");
        }
    }

    @Test
    void aSecondTextBesideALegacyTextGoes() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            TestDevice bob = legacyBob();
            XmlElement encrypted =
                    bob.send(TestClient.jid(TestClient.ALICE), "Hello").encrypted();

            Message message = alice.receives(fromBob(
                    Stream.of(encrypted),
                    "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>Pay</body></html>"
                            + "<x xmlns='jabber:x:oob'><url>https://example.org/evil</url></x>"));

            assertThat(TestClient.names(message)).containsExactlyInAnyOrder("body", "info");
        }
    }

    @Test
    void whatStandsBesideALegacyTextStaysAndIsNobodysWord() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            TestDevice bob = legacyBob();
            XmlElement encrypted =
                    bob.send(TestClient.jid(TestClient.ALICE), "Hello").encrypted();

            Message message = alice.receives(
                    fromBob(
                            Stream.of(encrypted),
                            "<body>fallback</body><subject>about</subject><replace xmlns='urn:xmpp:message-correct:0' id='m0'/>"));

            assertThat(message.getBody()).isEqualTo("Hello");
            assertThat(message.getSubject()).isNull();
            assertThat(message.getExtension(MessageCorrectExtension.class)).isNotNull();
            assertThat(OmemoInfo.of(message)).map(OmemoInfo::coverage).contains(Coverage.BODY);
            assertThat(OmemoInfo.of(message)).map(OmemoInfo::time).contains(java.util.Optional.empty());
        }
    }

    @Test
    void separateStanzasHaveOneIdAndAreConfirmedTogether() throws Exception {
        TestDevice old = legacyBob();
        TestDevice young = world.device(BOB);
        try (TestClient alice = TestClient.started(
                world, new MemoryStore(), OmemoConfig.defaults().withSeparateStanzas(true))) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);

            alice.connection.sendStanza(message("m1").build());

            List<Message> sent = Stream.of(alice.sent(), alice.sent(), alice.sent())
                    .filter(message -> !TestClient.names(message).contains("placeholder"))
                    .toList();
            assertThat(sent).extracting(Message::getStanzaId).containsExactly("m1", "m1");
            assertThat(sent)
                    .allSatisfy(message -> assertThat(TestClient.names(message)).containsOnlyOnce("encrypted"));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            sent.forEach(message -> {
                old.read(letter(message));
                young.read(letter(message));
            });
            assertThat(old.inbox()).containsExactly("Hello");
            assertThat(young.inbox()).containsExactly("Hello");
        }
    }

    private TestDevice legacyBob() {
        return world.device(BOB, new MemoryStore(), LEGACY);
    }

    private static World.Letter letter(Message message) {
        XmlElement encrypted = ReceivedElements.find(message, RawElement.class)
                .flatMap(RawElement::xml)
                .orElseThrow();
        return new World.Letter(TestClient.jid(TestClient.ALICE), TestClient.jid(BOB), encrypted);
    }

    private static String fromBob(Stream<XmlElement> encrypted, String beside) {
        StringBuilder xml = new StringBuilder("<message xmlns='jabber:client' type='chat' id='r1' to='"
                + TestClient.ALICE + "' from='" + BOB + "/x'>");
        encrypted.forEach(element -> xml.append(element.toXml()));
        return xml.append(beside).append("</message>").toString();
    }

    private static MessageBuilder message(String id) throws Exception {
        return StanzaBuilder.buildMessage(id).to(BOB).ofType(Message.Type.chat).setBody("Hello");
    }
}
