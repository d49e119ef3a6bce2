/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smackx.hints.element.NoStoreHint;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** What might leave in clear beside the ciphertext or instead of it, and what is let through because nobody asked for encryption. */
class NothingInClearTest {
    private static final String BOB = "bob@example.org";

    private final World world = new World();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> inClear = new LinkedBlockingQueue<>();

    /** Smack keeps an extension under the name that it gives; what counts is what it writes. */
    @ParameterizedTest
    @CsvSource({
        "note, urn:example:n, <note xmlns='urn:example:other'>SECRET</note>",
        "note, urn:example:n, <n2 xmlns='urn:example:n'>SECRET</n2>",
        "note, urn:example:n, <note>SECRET</note>",
        "no-store, urn:xmpp:hints, <note xmlns='urn:example:n'>SECRET</note>",
        "note, urn:example:n, <no-store xmlns='urn:xmpp:hints'/><note xmlns='urn:example:n'>SECRET</note>"
    })
    void anExtensionThatWritesAnotherNameIsEncrypted(String name, String namespace, String xml) throws Exception {
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            Message message =
                    message("a").addExtension(new Liar(name, namespace, xml)).build();

            alice.connection.sendStanza(message); // waits for the keys
            assertNoSecret(alice.sent());
            assertNoSecret(alice.sent());
            assertThat(alice.nextHeard()).isEqualTo("sent a");
            alice.connection.sendStanza(message); // at once

            Message sent = alice.sent();
            assertThat(TestClient.names(sent)).contains("encrypted");
            assertNoSecret(sent);
        }
    }

    @Test
    void aPlaceholderHasNothingOfTheMessage() throws Exception {
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.connection.answerNothing();

            alice.connection.sendStanza(message("a")
                    .addExtension(new Liar("note", "urn:example:n", "<n2 xmlns='urn:example:n'>SECRET</n2>"))
                    .build());

            assertThat(TestClient.names(alice.sent()))
                    .containsExactlyInAnyOrder("placeholder", "no-store", "no-copy", "private");
        }
    }

    @Test
    void whatStaysOutsideIsStillTheApplicationsObject() throws Exception {
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);

            alice.connection.sendStanza(
                    message("a").addExtension(NoStoreHint.INSTANCE).build());

            assertThat(alice.sent().getExtension(NoStoreHint.class)).isSameAs(NoStoreHint.INSTANCE);
        }
    }

    @Test
    void whatNeedNotBeEncryptedIsLeftAloneHoweverItLooks() throws Exception {
        String deep = "<e xmlns='urn:example:e'>".repeat(60) + "</e>".repeat(60);
        try (TestClient alice = TestClient.started(new MemoryStore())) {
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF);

            for (String to : new String[] {BOB, "room@conference.example.org"}) {
                Message.Type type = to.equals(BOB) ? Message.Type.chat : Message.Type.groupchat;
                alice.connection.sendStanza(StanzaBuilder.buildMessage("d")
                        .to(to)
                        .ofType(type)
                        .setBody("a\u0001b")
                        .addExtension(new Liar("e", "urn:example:e", deep))
                        .build());

                assertThat(alice.sent().getBody()).as(to).isEqualTo("a\u0001b");
            }
        }
    }

    @Test
    void aMessageThatWaitsFailsWhenEncryptionIsSwitchedOffMeanwhile() throws Exception {
        try (TestClient alice = started()) {
            CountDownLatch switchedOff = new CountDownLatch(1);
            alice.connection.answerBy(request -> {
                await(switchedOff);
                return server().answer(request);
            });
            alice.connection.sendStanza(message("p").build());

            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF);
            switchedOff.countDown();

            assertThat(next(failed)).isEqualTo("p POLICY");
            assertThat(alice.omemo.waiting()).isEmpty();
            assertThat(inClear).isEmpty();
            assertThat(alice.connection.sent())
                    .noneMatch(stanza -> stanza.toXML().toString().contains("SECRET"));
        }
    }

    @Test
    void aMessageThatWaitsUnderRequiredDoesNotLeaveInClearWhenThePolicyBecomesPreferred() throws Exception {
        try (TestClient alice = started()) {
            CountDownLatch loosened = new CountDownLatch(1);
            alice.connection.answerBy(request -> {
                await(loosened);
                return server().answer(request);
            });
            alice.connection.sendStanza(message("p").build());

            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.PREFERRED);
            loosened.countDown();

            assertThat(next(failed)).isEqualTo("p POLICY");
            assertThat(inClear).isEmpty();
            assertThat(alice.connection.sent())
                    .noneMatch(stanza -> stanza.toXML().toString().contains("SECRET"));
        }
    }

    @Test
    void aMessageThatWaitedAndLeavesInClearIsToldAndNotRepeatedOnTheSameStream() throws Exception {
        try (TestClient alice = started()) {
            AtomicBoolean first = new AtomicBoolean(true);
            alice.connection.setReplyTimeout(200);
            leavesInClear(alice, request -> request instanceof Ping && first.getAndSet(false));

            alice.connection.sendStanza(StanzaBuilder.buildPresence()
                    .ofType(Presence.Type.available)
                    .build()); // goes on with what waits

            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
            assertThat(inClear).isEmpty();
        }
    }

    @Test
    void aMessageThatLeftInClearLeavesAgainAfterTheConnectionWasLostWithTheSameIdAndIsTold() throws Exception {
        try (TestClient alice = started()) {
            leavesInClear(alice, Ping.class::isInstance);

            alice.connection.instantShutdown();
            alice.connection.answerNothingTo(request -> false);
            alice.connection.connect();
            alice.connection.login();

            assertThat(alice.sent().toXML().toString()).contains("SECRET", "id='p'");
            assertThat(next(inClear)).isEqualTo("p");
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aRoomThatAnEarlierStartHasRequiredToBeEncryptedStaysSoAfterTheEnd() throws Exception {
        MemoryStore store = new MemoryStore();
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        }
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.stop();

            assertNotStarted(alice, "was stopped");
        }
    }

    @Test
    void whileNoStartHasSucceededMessagesToRoomsFailAsTheyMayHaveToBeEncrypted() throws Exception {
        MemoryStore store = new MemoryStore();
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        }
        store.lock(); // by another process
        try (TestClient alice = TestClient.loggedIn()) {
            new TestRoom(alice, world).enter();
            assertNotStarted(alice, "may have to be encrypted");

            assertThatThrownBy(() -> alice.omemo.start(store)).isInstanceOf(StoreException.class);

            assertNotStarted(alice, "may have to be encrypted");
            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
        }
    }

    @Test
    void soTheyDoWhenTheLoginFindsOutThatTheStoreIsOfAnotherAccount() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        OmemoManager omemo = OmemoManager.getInstanceFor(connection);
        MemoryStore store = new MemoryStore();
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        store.close();
        omemo.start(store);
        connection.connect();

        connection.login("carol", "secret");

        assertThat(omemo.isStarted()).isFalse();
        assertThatThrownBy(() -> connection.sendStanza(TestRoom.groupChat("r", "SECRET")))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_STARTED));
    }

    @Test
    void afterAStartRoomsThatNoPolicyWasSetForPassAlsoAfterTheEnd() throws Exception {
        try (TestClient alice = started()) {
            alice.connection.sendStanza(TestRoom.groupChat("a", "to all"));
            assertThat(alice.sent().getBody()).isEqualTo("to all");

            alice.omemo.stop();
            alice.connection.sendStanza(TestRoom.groupChat("b", "to all"));

            assertThat(alice.sent().getBody()).isEqualTo("to all");
        }
    }

    @Test
    void aPrivateMessageInARoomIsRefused() throws Exception {
        try (TestClient alice = started()) {
            alice.connection.answerBy(request -> Optional.empty());
            alice.connection.sendStanza(StanzaBuilder.buildMessage("r")
                    .to("room@conference.example.org/nick")
                    .ofType(Message.Type.chat)
                    .setBody("SECRET")
                    .build());

            assertNoSecret(alice.sent());
            assertThat(next(failed)).isEqualTo("r DEVICE_LIST_UNKNOWN");
            assertThat(inClear).isEmpty();
        }
    }

    private static void assertNotStarted(TestClient alice, String why) {
        assertThatThrownBy(() -> alice.connection.sendStanza(TestRoom.groupChat("r", "SECRET")))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_STARTED))
                .hasMessageContaining(why);
    }

    private void leavesInClear(TestClient alice, Predicate<IQ> unanswered) throws Exception {
        alice.connection.answerNothingTo(unanswered);
        alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.PREFERRED);
        alice.connection.sendStanza(message("p").build());

        assertThat(alice.sentBesideThePlaceholder().toXML().toString()).contains("SECRET", "id='p'");
        assertThat(next(inClear)).isEqualTo("p");
    }

    private TestPep server() {
        return new TestPep(world, TestClient.jid(TestClient.ALICE));
    }

    private TestClient started() throws Exception {
        TestClient alice = TestClient.started(world, new MemoryStore());
        alice.omemo.addOmemoListener(new OmemoListener() {
            @Override
            public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                failed.add(stanzaId + " " + why.reason());
            }

            @Override
            public void onSentInClear(BareJid to, String stanzaId) {
                inClear.add(stanzaId);
            }
        });
        return alice;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String next(BlockingQueue<String> reports) throws InterruptedException {
        return String.valueOf(reports.poll(30, TimeUnit.SECONDS));
    }

    private static void assertNoSecret(Message message) {
        assertThat(message.toXML().toString()).doesNotContain("SECRET");
    }

    private static MessageBuilder message(String id) throws Exception {
        return StanzaBuilder.buildMessage(id).to(BOB).ofType(Message.Type.chat).setBody("SECRET");
    }

    /** Writes something else than its name says. */
    private record Liar(String name, String namespace, String xml) implements ExtensionElement {
        @Override
        public String getElementName() {
            return name;
        }

        @Override
        public String getNamespace() {
            return namespace;
        }

        @Override
        public CharSequence toXML(XmlEnvironment enclosing) {
            return xml;
        }
    }
}
