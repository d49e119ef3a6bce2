/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.chat2.ChatManager;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.jivesoftware.smackx.mam.element.MamFinIQ;
import org.jivesoftware.smackx.mam.element.MamQueryIQ;
import org.jivesoftware.smackx.ping.packet.Ping;
import org.jivesoftware.smackx.rsm.packet.RSMSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** The same ciphertext again, and what is different while messages from before come in, as an application sees it. */
class RepeatedMessagesTest {
    private final World world = new World();
    private final List<Changes> commits = new CopyOnWriteArrayList<>();
    private final BlockingQueue<IQ> pings = new LinkedBlockingQueue<>();
    private TestDevice bob;
    private TestClient alice;

    @BeforeEach
    void logIn() throws Exception {
        bob = world.device("bob@example.org");
        alice = TestClient.loggedIn();
        alice.connection.setReplyTimeout(600_000); // else a ping is asked again for want of an answer
        TestPep pep = new TestPep(world, TestClient.jid(TestClient.ALICE));
        alice.connection.answerBy(
                request -> request instanceof Ping ? Optional.of(IQ.createResultIQ(request)) : pep.answer(request));
        alice.connection.answerNothingTo(
                request -> request instanceof MamQueryIQ || (request instanceof Ping && pings.add(request)));
        alice.omemo.start(
                InterceptedStore.watched(new MemoryStore(), commits::add),
                OmemoConfig.defaults().withVersions(List.of(Omemo2.VERSION)));
        assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
    }

    @AfterEach
    void logOut() {
        alice.close();
    }

    @Test
    void aMessageReadsAgainInTheArchiveAndSaysSo() throws Exception {
        String encrypted = encrypted("Hello");
        Message first = alice.receives(fromBob(encrypted));

        Message again = inArchive(alice.receives(archived(fromBob(encrypted + "<body>fallback</body>"))));

        assertThat(again.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(first).orElseThrow().repeated()).isFalse();
        assertThat(OmemoInfo.of(again).orElseThrow().repeated()).isTrue();
        assertThat(OmemoInfo.of(again).orElseThrow().device()).isEqualTo(bob.address());
    }

    @Test
    void aMessageReadsAgainAsACarbonAndSaysSo() throws Exception {
        String encrypted = encrypted("Hello");
        alice.receives(fromBob(encrypted));

        Message wrapper = alice.receives("<message xmlns='jabber:client' type='chat' to='alice@example.org/here' from='"
                + TestClient.ALICE + "'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                + fromBob(encrypted) + "</forwarded></received></message>");

        Message again = CarbonExtension.from(wrapper).getForwarded().getForwardedStanza();
        assertThat(again.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(again).orElseThrow().repeated()).isTrue();
    }

    @Test
    void whatTheServerSendsAgainAsIfItWasNewIsADuplicate() throws Exception {
        String encrypted = encrypted("yes, pay");
        alice.receives(archived(fromBob(encrypted)));

        Message again = alice.receives(fromBob(encrypted));

        assertThat(again.getBody()).isNull();
        assertThat(OmemoInfo.of(again)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("duplicate LIVE");
    }

    @Test
    void whatWeSentReadsInTheArchiveAsWhatWeSent() throws Exception {
        alice.receives(fromBob(encrypted("Hello")));
        ChatManager.getInstanceFor(alice.connection)
                .chatWith(JidCreate.entityBareFromOrThrowUnchecked("bob@example.org"))
                .send("Hello Bob");
        Message sent = alice.sent();
        while (!TestClient.names(sent).contains("encrypted")) {
            sent = alice.sent();
        }
        String encrypted =
                sent.getExtension("encrypted", "urn:xmpp:omemo:2").toXML().toString();

        Message again = inArchive(alice.receives(archived("<message xmlns='jabber:client' type='chat' id='m2' from='"
                + TestClient.ALICE + "/here' to='bob@example.org'>" + encrypted + "</message>")));

        assertThat(again.getBody()).isEqualTo("Hello Bob");
        OmemoInfo info = OmemoInfo.of(again).orElseThrow();
        assertThat(info.repeated()).isTrue();
        assertThat(info.device()).isEqualTo(alice.omemo.ownDevice().address());
    }

    @Test
    void beforeThePingIsAnsweredTheArchiveGoesToTheStoreInBatchesAndAnswersWait() throws Exception {
        sendPresence();
        alice.receives(fromBob(encrypted("one")));
        commits.clear();
        alice.receives(archived(fromBob(encrypted("two"))));
        assertThat(durabilities()).contains(Durability.BATCHED);
        alice.receives(fromBob(encrypted("three")));
        archiveEnds("asked for before");
        assertThat(emptyMessages()).isEmpty();

        allowPings();

        assertThat(alice.sent().getTo().toString()).isEqualTo("bob@example.org");
    }

    @Test
    void thePingIsAskedAgainWhenTheStreamIsResumed() throws Exception {
        sendPresence();
        alice.receives(fromBob(encrypted("one")));
        for (String lost : List.of("the ping of the start", "the ping of the presence")) {
            assertThat(pings.poll(30, TimeUnit.SECONDS)).as(lost).isNotNull();
        }

        alice.connection.instantShutdown();
        alice.connection.answerNothingTo(request -> request instanceof MamQueryIQ);
        alice.connection.resume();

        assertThat(alice.sent().getTo().toString()).as("the answer").isEqualTo("bob@example.org");
    }

    @Test
    void aQueryOfTheArchiveBeginsItAgain() throws Exception {
        alice.receives(fromBob(encrypted("one")));
        sendPresence();
        allowPings();
        alice.sent(); // the answer
        commits.clear();

        MamQueryIQ query = new MamQueryIQ("q");
        query.setType(IQ.Type.set);
        alice.connection.sendStanza(query);
        alice.receives(archived(fromBob(encrypted("two"))));
        archiveEnds(query.getStanzaId());
        alice.receives(fromBob(encrypted("three")));

        assertThat(durabilities()).contains(Durability.BATCHED);
    }

    private void sendPresence() throws Exception {
        alice.connection.sendStanza(StanzaBuilder.buildPresence().build());
    }

    /** The server answers. */
    private void allowPings() throws Exception {
        alice.connection.answerNothingTo(request -> request instanceof MamQueryIQ);
        IQ asked = pings.poll(30, TimeUnit.SECONDS);
        assertThat(asked).as("a ping").isNotNull();
        while (asked != null) {
            alice.connection.receive(IQ.createResultIQ(asked));
            asked = pings.poll();
        }
    }

    private void archiveEnds(String page) {
        MamFinIQ end = new MamFinIQ(null, RSMSet.newAfter("1"), true, true);
        end.setType(IQ.Type.result);
        end.setStanzaId(page);
        alice.connection.receive(end);
    }

    private List<Message> emptyMessages() {
        return alice.connection.sent().stream()
                .filter(Message.class::isInstance)
                .map(Message.class::cast)
                .toList();
    }

    private List<Durability> durabilities() {
        return commits.stream()
                .filter(commit ->
                        !commit.changes().isEmpty()) // but for those that only end a batch, whenever they come
                .map(Changes::durability)
                .toList();
    }

    private String encrypted(String text) {
        return bob.send(TestClient.jid(TestClient.ALICE), text).encrypted().toXml();
    }

    private static Message inArchive(Message wrapper) {
        return MamResultExtension.from(wrapper).getForwarded().getForwardedStanza();
    }

    private static String fromBob(String children) {
        return "<message xmlns='jabber:client' type='chat' id='m1' to='alice@example.org' from='bob@example.org/x'>"
                + children + "</message>";
    }

    private static String archived(String message) {
        return "<message xmlns='jabber:client' to='alice@example.org/here'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>"
                + message + "</forwarded></result></message>";
    }
}
