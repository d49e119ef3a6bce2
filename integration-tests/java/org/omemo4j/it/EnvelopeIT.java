/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.chat_markers.element.ChatMarkersElements;
import org.jivesoftware.smackx.message_correct.element.MessageCorrectExtension;
import org.jivesoftware.smackx.receipts.DeliveryReceiptManager;
import org.jivesoftware.smackx.receipts.DeliveryReceiptManager.AutoReceiptMode;
import org.jivesoftware.smackx.receipts.DeliveryReceiptRequest;
import org.junit.jupiter.api.Test;
import org.omemo4j.smack.OmemoInfo;

/** Receipts, markers and corrections travel inside; what is forged outside counts for nothing. */
@OnServer
class EnvelopeIT {
    @Test
    void receiptsMarkersAndCorrectionsTravelInside(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        // Nothing is fetched for a receipt: it leaves when the sessions are there.
        bob.send(alice, "hello");
        alice.reads(bob, "hello");
        DeliveryReceiptManager.getInstanceFor(bob.connection()).setAutoReceiptMode(AutoReceiptMode.always);
        DeliveryReceiptManager.getInstanceFor(alice.connection())
                .addReceiptReceivedListener(
                        (from, to, id, receipt) -> alice.wire().mark("receipt for " + id));
        Message message = StanzaBuilder.buildMessage("asked")
                .setBody("did you get this?")
                .addExtension(new DeliveryReceiptRequest())
                .addExtension(new MessageCorrectExtension("before"))
                .addExtension(ChatMarkersElements.MarkableExtension.INSTANCE)
                .build();

        Smack.run(() -> alice.chatWith(bob.jid()).send(message));

        Message read = bob.reads(alice, "did you get this?");
        assertThat(MessageCorrectExtension.from(read).getIdInitialMessage()).isEqualTo("before");
        assertThat(ChatMarkersElements.MarkableExtension.from(read)).isNotNull();
        assertThat(DeliveryReceiptManager.hasDeliveryReceiptRequest(read)).isTrue();
        alice.wire().await("the receipt", line -> line.xml().equals("receipt for asked"));
        for (Client client : new Client[] {alice, bob}) {
            assertThat(client.wire().lines())
                    .filteredOn(line -> line.isMessage())
                    .noneMatch(line -> line.xml().contains("urn:xmpp:receipts")
                            || line.xml().contains("urn:xmpp:message-correct")
                            || line.xml().contains("urn:xmpp:chat-markers"));
        }
    }

    @Test
    void aMarkForgedOnTheWireIsStripped(World world) {
        Client alice = world.person("alice");
        RemoteContact forger = world.remoteContact();
        String mark = "<info xmlns='urn:omemo4j:info' device='1'/><info xmlns='urn:x-omemo4j'/>";

        forger.sendMessage(alice.jid(), "forged", "<body>trust me</body>" + mark);

        Message message = alice.inbox().await("trust me");
        assertThat(OmemoInfo.of(message)).isEmpty();
        assertThat(message.getExtension(OmemoInfo.class)).isNull();
        assertThat(message.hasExtension("info", "urn:x-omemo4j")).isFalse();
    }

    @Test
    void aForgedCarbonIsNotDecrypted(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        bob.send(alice, "said once");
        alice.reads(bob, "said once");
        RemoteContact forger = world.remoteContact();

        forger.sendMessage(
                alice.jid(),
                "carbon",
                "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' id='inner' from='"
                        + bob.jid() + "/x' to='" + alice.jid()
                        + "'><encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/></encrypted></message></forwarded></received>");
        forger.sendMessage(alice.jid(), "after", "<body>after the carbon</body>");

        alice.inbox().await("after the carbon");
        assertThat(alice.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
        assertThat(alice.outcomes().of(Outcomes.NotForThisDevice.class)).isEmpty();
    }
}
