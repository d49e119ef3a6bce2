/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Asking for plain text, and being asked for it. */
class OptOutMessagesTest {
    private static final String OPT_OUT =
            new OptOut(Optional.of("because")).toXml().toXml();

    private final World world = new World();
    private final MemoryStore store = new MemoryStore();
    private TestDevice bob;

    @BeforeEach
    void meet() {
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        bob = world.device("bob@example.org");
        store.close();
    }

    @Test
    void sendsFailUntilAPersonHasDeclined() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            alice.receives(fromBob(encrypted()));

            assertThat(alice.nextHeard()).isEqualTo("opt-out " + bob.address() + " because");
            assertThat(alice.omemo.optedOut(bob.jid())).contains("because");
            assertThatThrownBy(() -> alice.connection.sendStanza(message("m1")))
                    .isInstanceOfSatisfying(
                            OmemoException.class,
                            why -> assertThat(why.reason()).isEqualTo(OmemoException.Reason.OPTED_OUT));

            alice.omemo.declineOptOut(bob.jid());
            alice.connection.sendStanza(message("m2"));

            assertThat(alice.nextHeard()).isEqualTo("sent m2");
            assertThat(alice.connection.sent())
                    .filteredOn(stanza -> "m2".equals(stanza.getStanzaId()))
                    .singleElement()
                    .satisfies(sent -> assertThat(TestClient.names((Message) sent))
                            .contains("encrypted")
                            .doesNotContain("body"));
        }
    }

    @Test
    void whoAgreesWritesInClear() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            alice.receives(fromBob(encrypted()));

            alice.omemo.acceptPlaintext(bob.jid());
            alice.connection.sendStanza(message("m1"));

            assertThat(alice.connection.sent())
                    .filteredOn(stanza -> "m1".equals(stanza.getStanzaId()))
                    .singleElement()
                    .satisfies(sent -> assertThat(((Message) sent).getBody()).isEqualTo("Hello"));
            assertThat(alice.omemo.policy(bob.jid())).isEqualTo(EncryptionPolicy.OFF);
            assertThat(alice.omemo.optedOut(bob.jid())).isEmpty();
        }
    }

    @Test
    void oneInClearIsNone() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            alice.receives(fromBob(OPT_OUT));
            alice.receives(fromBob(OPT_OUT
                    + bob.send(TestClient.jid(TestClient.ALICE), "Hello")
                            .encrypted()
                            .toXml()));

            alice.connection.sendStanza(message("m1"));

            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            assertThat(alice.omemo.optedOut(bob.jid())).isEmpty();
        }
    }

    @Test
    void oursLeavesInsideAnEncryptedMessage() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            String id = alice.omemo.optOut(bob.jid(), Optional.of("because"));

            Message sent = alice.sent();
            assertThat(sent.getStanzaId()).isEqualTo(id);
            assertThat(TestClient.names(sent)).contains("encrypted", "store").doesNotContain("opt-out");
            Decryption.Decrypted read = (Decryption.Decrypted) bob.read(new World.Letter(
                    TestClient.jid(TestClient.ALICE),
                    bob.jid(),
                    ReceivedElements.find(sent, RawElement.class)
                            .flatMap(RawElement::xml)
                            .orElseThrow()));
            assertThat(OptOut.in(read.content()).flatMap(OptOut::reason)).contains("because");
        }
    }

    @Test
    void oursNeverLeavesInClear() throws Exception {
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.setPolicy(bob.jid(), EncryptionPolicy.OFF);

            String id = alice.omemo.optOut(bob.jid(), Optional.empty());

            assertThat(alice.nextHeard()).isEqualTo("failed " + id + " POLICY");
            assertThat(alice.connection.sent()).noneMatch(Message.class::isInstance);
        }
    }

    private String encrypted() {
        Encryption.Encrypted encrypted = (Encryption.Encrypted) bob.encrypt(OutgoingMessage.toContact(
                TestClient.jid(TestClient.ALICE), List.of(new OptOut(Optional.of("because")).toXml()), false));
        return encrypted.elements().get(0).toXml();
    }

    private static String fromBob(String elements) {
        return "<message xmlns='jabber:client' type='chat' id='b1' to='" + TestClient.ALICE
                + "' from='bob@example.org/x'>" + elements + "</message>";
    }

    private Message message(String id) {
        return StanzaBuilder.buildMessage(id)
                .to(bob.jid())
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build();
    }
}
