/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** A client that only sends. */
class KeyTrafficOnlyTest {
    private static final String BOB = "bob@example.org";

    private final World world = new World();
    private final MemoryStore store = new MemoryStore();

    @Test
    void whatMovesASessionOnIsReadAndATextIsNot() throws Exception {
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        TestDevice bob = world.device(BOB);
        store.close();
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.readKeyTrafficOnly();
            alice.connection.sendStanza(chat("m1"));
            bob.read(new Letter(
                    TestClient.jid(TestClient.ALICE), bob.jid(), encrypted(alice.sentBesideThePlaceholder())));
            assertThat(alice.nextHeard()).isEqualTo("sent m1");
            String answer = world.mail().removeLast().encrypted().toXml();
            String text = bob.send(TestClient.jid(TestClient.ALICE), "later")
                    .encrypted()
                    .toXml();

            alice.receives(from(answer));
            Message left = alice.receives(from(text + "<body>fallback</body>"));

            assertThat(TestClient.names(left)).isEmpty();
            assertThat(alice.nextHeard()).isEqualTo("left unread " + BOB);
            alice.connection.sendStanza(chat("m2"));
            assertThat(encrypted(alice.sent()).toXml())
                    .as("the answer was read: the key exchange is not repeated")
                    .doesNotContain("kex=");
        }
        TestDevice later = world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        assertThat(attempt(() -> later.store().sessions(bob.address(), Omemo2.VERSION.namespace())))
                .hasSize(1);
    }

    @Test
    void aTextIsStillThereForWhoReadsWithTheSameStore() throws Exception {
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        TestDevice bob = world.device(BOB);
        store.close();
        String text =
                bob.send(TestClient.jid(TestClient.ALICE), "later").encrypted().toXml();
        try (TestClient alice = TestClient.started(world, store)) {
            alice.omemo.readKeyTrafficOnly();
            alice.receives(from(text));
            assertThat(alice.nextHeard()).isEqualTo("left unread " + BOB);
        }

        try (TestClient alice = TestClient.started(world, store)) {
            assertThat(alice.receives(from(text)).getBody()).isEqualTo("later");
        }
    }

    private static XmlElement encrypted(Message message) {
        return ((RawElement) message.getExtensionElement("encrypted", Omemo2.VERSION.namespace()))
                .xml()
                .orElseThrow();
    }

    private static Message chat(String id) {
        return StanzaBuilder.buildMessage(id)
                .to(TestClient.jid(BOB))
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build();
    }

    private static String from(String children) {
        return "<message xmlns='jabber:client' type='chat' id='m' to='alice@example.org' from='" + BOB + "/x'>"
                + children + "</message>";
    }
}
