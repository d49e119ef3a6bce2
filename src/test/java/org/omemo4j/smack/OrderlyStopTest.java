/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smack.util.XmlStringBuilder;
import org.jivesoftware.smackx.chatstates.ChatState;
import org.jivesoftware.smackx.chatstates.packet.ChatStateExtension;
import org.jivesoftware.smackx.delay.packet.DelayInformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustLevel;

/** An end while something is sent or received. */
class OrderlyStopTest {
    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.org");
    private final MemoryStore rows = new MemoryStore();
    private final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    private volatile Runnable atNextCommit = () -> {};
    private Optional<TestClient> open = Optional.empty();

    @AfterEach
    void logOut() {
        open.ifPresent(TestClient::close);
    }

    @Test
    void aMessageThatIsBeingEncryptedLeavesEncrypted() throws Exception {
        TestClient alice = knowsBob();
        Thread[] end = new Thread[1];
        atNextCommit = () -> end[0] = stopsMeanwhile(alice);

        alice.connection.sendStanza(text("Hello"));

        assertThat(TestClient.names(alice.sent())).contains("encrypted").doesNotContain("body");
        assertEnded(alice, end[0]);
    }

    @Test
    void aMessageThatIsBeingDecryptedIsRead() throws Exception {
        TestClient alice = knowsBob();
        Thread[] end = new Thread[1];
        String stanza = encrypted("Hello");
        atNextCommit = () -> end[0] = stopsMeanwhile(alice);

        Message message = alice.receives(stanza);

        assertThat(message.getBody()).isEqualTo("Hello");
        assertEnded(alice, end[0]);
    }

    @Test
    void aMessageThatComesTooLateToBeEncryptedFailsAsAfterTheEnd() throws Exception {
        TestClient alice = knowsBob();
        Message message = text("Hello");
        message.addExtension(new Meanwhile(alice.omemo::stop));

        assertThatThrownBy(() -> alice.connection.sendStanza(message))
                .isInstanceOfSatisfying(
                        OmemoException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_STARTED))
                .hasMessage("OMEMO was stopped on this connection; call start(store) again.");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void aMessageThatComesTooLateToWaitFailsAsAfterTheEnd() throws Exception {
        TestClient alice = knowsBob();
        alice.connection.answerNothing();
        alice.connection.sendStanza(stranger("first"));
        Message second = stranger("second"); // has to wait behind the first
        second.addExtension(new Meanwhile(alice.omemo::stop));

        assertThatThrownBy(() -> alice.connection.sendStanza(second))
                .isInstanceOfSatisfying(
                        OmemoException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_STARTED));

        rows.lock();
        assertThat(rows.parked()).hasSize(1);
    }

    private static Message stranger(String body) throws Exception {
        return StanzaBuilder.buildMessage(body)
                .to("stranger@example.org")
                .ofType(Message.Type.chat)
                .setBody(body)
                .build();
    }

    @Test
    void aChatStateThatComesTooLateIsDroppedAsAfterTheEnd() throws Exception {
        TestClient alice = knowsBob();
        Message message = StanzaBuilder.buildMessage()
                .to(bob.jid())
                .ofType(Message.Type.chat)
                .addExtension(new ChatStateExtension(ChatState.composing) {
                    @Override
                    public XmlStringBuilder toXML(XmlEnvironment enclosing) {
                        alice.omemo.stop();
                        return super.toXML(enclosing);
                    }
                })
                .build();

        alice.connection.sendStanza(message);

        assertThat(TestClient.names(alice.sent())).contains("placeholder").doesNotContain("composing");
    }

    @Test
    void aMessageThatComesTooLateToBeDecryptedIsLeftAsItCame() throws Exception {
        TestClient alice = knowsBob();
        Message message = PacketParserUtils.parseStanza(encrypted("Hello"));
        message.addExtension(new DelayInformation(new Date()) {
            @Override
            public String getFrom() {
                alice.omemo.stop();
                return "";
            }
        });

        alice.connection.receive(message);

        assertThat(TestClient.names(message)).contains("encrypted");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void anEndFromWithinAStepComesAfterIt() throws Exception {
        TestClient alice = TestClient.loggedIn();
        open = Optional.of(alice);
        alice.connection.answerBy(new TestPep(world, TestClient.jid(TestClient.ALICE))::answer);
        alice.omemo.start(rows, OmemoConfig.defaults().withTrust(key -> {
            alice.omemo.stop();
            return TrustLevel.BLINDLY_TRUSTED;
        }));
        assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();

        Message message = alice.receives(encrypted("Hello"));

        assertThat(message.getBody()).isEqualTo("Hello");
        assertThat(alice.heard).isEmpty();
        rows.lock(); // it was closed
    }

    /** Both have a session. */
    private TestClient knowsBob() throws Exception {
        TestClient alice = TestClient.started(world, store());
        open = Optional.of(alice);
        assertThat(alice.receives(encrypted("before")).getBody()).isEqualTo("before");
        alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);
        alice.connection.sent().clear();
        return alice;
    }

    private OmemoStore store() {
        return InterceptedStore.of(rows, method -> {
            if (method.equals("commit")) {
                Runnable now = atNextCommit;
                atNextCommit = () -> {};
                now.run();
            }
            return true;
        });
    }

    /** Another thread stops OMEMO; goes on when that is over, or waits for us. */
    private Thread stopsMeanwhile(TestClient alice) {
        Thread end = new Thread(alice.omemo::stop);
        end.setUncaughtExceptionHandler((thread, failure) -> thrown.add(failure));
        end.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (end.getState() != Thread.State.WAITING && end.getState() != Thread.State.TERMINATED) {
            assertThat(System.nanoTime()).as("time for the end").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
        return end;
    }

    private void assertEnded(TestClient alice, Thread end) throws Exception {
        end.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(end.isAlive()).isFalse();
        assertThat(thrown).isEmpty();
        assertThat(alice.heard).allSatisfy(event -> assertThat(event).startsWith("sent "));
        rows.lock(); // it was closed
    }

    private Message text(String body) {
        return StanzaBuilder.buildMessage()
                .to(bob.jid())
                .ofType(Message.Type.chat)
                .setBody(body)
                .build();
    }

    private String encrypted(String text) {
        return "<message xmlns='jabber:client' type='chat' id='m1' to='alice@example.org' from='bob@example.org/x'>"
                + bob.send(TestClient.jid(TestClient.ALICE), text).encrypted().toXml() + "</message>";
    }

    /** An element during whose writing something happens: after the interceptor looked for OMEMO, and before it encrypts. */
    private record Meanwhile(Runnable happening) implements ExtensionElement {
        @Override
        public String getElementName() {
            return "meanwhile";
        }

        @Override
        public String getNamespace() {
            return "urn:example:meanwhile";
        }

        @Override
        public CharSequence toXML(XmlEnvironment enclosing) {
            happening.run();
            return "<meanwhile xmlns='urn:example:meanwhile'/>";
        }
    }
}
