/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.store.sql.SqlStore;
import org.omemo4j.trust.TrustLevel;

/** Two people who never met: the application knows nothing of OMEMO, and the wire nothing of the text. */
@OnServer
class FirstMessageIT {
    @Test
    void aStrangerReadsTheFirstMessage(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        alice.send(bob, "Hello");

        var message = bob.reads(alice, "Hello");
        OmemoInfo info = OmemoInfo.of(message).orElseThrow();
        assertThat(info.device().device().value()).isEqualTo(alice.deviceId());
        assertThat(info.fingerprint()).isEqualTo(alice.omemo().ownDevice().fingerprint());
        assertThat(info.version()).isEqualTo("urn:xmpp:omemo:2");
        assertThat(info.trust()).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(info.time()).isPresent();
    }

    @Test
    void onTheWireThereIsOnlyTheEncryptedElement(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        alice.send(bob, "Hello");
        bob.reads(alice, "Hello");

        List<WireLog.Line> toBob = alice.wire().messagesSent().stream()
                .filter(line -> !line.isHeadline())
                .toList();
        assertThat(toBob).hasSize(1);
        WireLog.Line sent = toBob.get(0);
        assertThat(sent.attribute("to")).contains(bob.jid().toString());
        assertThat(sent.childNames()).contains("encrypted urn:xmpp:omemo:2");
        assertThat(sent.childNames())
                .isSubsetOf(
                        "encrypted urn:xmpp:omemo:2",
                        "store urn:xmpp:hints",
                        "encryption urn:xmpp:eme:0",
                        "origin-id urn:xmpp:sid:0");
        assertThat(sent.isKeyExchange()).isTrue();
        assertThat(alice.wire().raw()).doesNotContain("<body", "Hello");
        assertThat(bob.wire().raw()).doesNotContain("<body", "Hello");
    }

    @Test
    void theAnswerEndsTheKeyExchange(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        alice.send(bob, "one");
        bob.reads(alice, "one");
        bob.send(alice, "two");
        alice.reads(bob, "two");
        int before = alice.wire().mark("from here on").number();
        alice.send(bob, "three");
        bob.reads(alice, "three");

        assertThat(alice.wire().encryptedSent())
                .filteredOn(line -> line.number() > before)
                .singleElement()
                .matches(line -> !line.isKeyExchange(), "no key exchange");
        assertThat(bob.wire().encryptedSent()).isNotEmpty().noneMatch(WireLog.Line::isKeyExchange);
    }

    @Test
    void aMessageToAStrangerSurvivesDisconnect(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        alice.send(bob, "sent, and gone at once");
        alice.disconnect();
        alice.login();

        bob.reads(alice, "sent, and gone at once");
        alice.awaitSent();
        assertThat(bob.bodies()).containsExactly("sent, and gone at once");
    }

    @Test
    void aMessageToAStrangerSurvivesTheEndOfTheApplication(World world) {
        Account account = world.account("alice");
        Path file = TestServer.scratch("alice").resolve("alice.db");
        Client bob = world.person("bob");
        Client first = world.client(account).store(SqlStore.open(file)).open();

        first.send(bob, "one");
        first.send(bob, "two");
        first.stop();
        Client second = world.client(account).store(SqlStore.open(file)).open();

        bob.reads(second, "two");
        second.awaitSent();
        assertThat(bob.bodies()).containsExactly("one", "two");
        assertThat(second.omemo().ownDevice()).isNotNull();
        assertThat(first.wire().raw() + second.wire().raw()).doesNotContain("<body");
    }

    @Test
    void thePlaceholderIsNotAcknowledgedAsTheMessage(World world) {
        Client alice = world.client(world.account("alice"))
                .config(OmemoConfig.defaults().withPolicy(EncryptionPolicy.PREFERRED))
                .open();
        RemoteContact stranger =
                world.remoteContact().answering("cancel", "item-not-found").holdingBack();
        String id = World.unique("id");
        Smack.run(() -> alice.connection()
                .addStanzaIdAcknowledgedListener(id, stanza -> alice.wire().mark("acknowledged " + stanza.toXML())));

        Smack.run(() -> alice.chatWith(stranger.jid())
                .send(StanzaBuilder.buildMessage(id).setBody("later").build()));
        Await.until("the question waits", () -> stranger.heldBack() > 0);
        WireLog.Line placeholder = alice.wire()
                .await("the placeholder", line -> line.direction() == WireLog.Direction.SENT && line.isHeadline());
        assertThat(alice.isAlive()).isTrue();
        // On the wire it has the message's id: Smack fixes that before any interceptor runs. What counts is whose
        // acknowledgement it is.
        assertThat(placeholder.xml()).doesNotContain("later");
        stranger.release();

        WireLog.Line acknowledged = alice.wire()
                .await(
                        "the acknowledgement",
                        line -> line.direction() == WireLog.Direction.MARK
                                && line.xml().startsWith("acknowledged"));
        assertThat(acknowledged.xml()).contains(stranger.jid()).contains("later");
        assertThat(alice.wire().lines())
                .filteredOn(line -> line.direction() == WireLog.Direction.MARK)
                .hasSize(1);
        assertThat(stranger.await("the message", xml -> xml.contains("<body"))).contains("id='" + id + "'");
    }
}
