/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StandardExtensionElement;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.chat_markers.element.ChatMarkersElements;
import org.jivesoftware.smackx.message_correct.element.MessageCorrectExtension;
import org.jivesoftware.smackx.receipts.DeliveryReceiptManager;
import org.jivesoftware.smackx.receipts.DeliveryReceiptManager.AutoReceiptMode;
import org.jivesoftware.smackx.receipts.DeliveryReceiptRequest;
import org.junit.jupiter.api.Test;
import org.omemo4j.smack.OmemoInfo;

/** Receipts, markers, corrections, replies and reactions travel inside; what is forged outside counts for nothing. */
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
    void markersRepliesAndReactionsComeOutAsTheyWentIn(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        bob.send(alice, "hello");
        alice.reads(bob, "hello");
        String reply = "<reply xmlns='urn:xmpp:reply:0' to='" + bob.jid() + "/x' id='hello-1'/>";
        String reactions = "<reactions xmlns='urn:xmpp:reactions:0' id='hello-1'>"
                + "<reaction>\ud83d\udc4b</reaction><reaction>\u2764</reaction></reactions>";

        Smack.run(() -> alice.chatWith(bob.jid())
                .send(StanzaBuilder.buildMessage("replying")
                        .setBody("an answer")
                        .addExtension(new RawXml("reply", "urn:xmpp:reply:0", reply))
                        .build()));
        Smack.run(() -> alice.chatWith(bob.jid())
                .send(StanzaBuilder.buildMessage("reacting")
                        .setBody("\ud83d\udc4b") // what older clients show
                        .addExtension(new RawXml("reactions", "urn:xmpp:reactions:0", reactions))
                        .build()));
        Smack.run(() -> alice.chatWith(bob.jid())
                .send(StanzaBuilder.buildMessage("marking")
                        .setBody("seen")
                        .addExtension(new ChatMarkersElements.DisplayedExtension("hello-1"))
                        .build()));

        StandardExtensionElement replied = (StandardExtensionElement)
                bob.reads(alice, "an answer").getExtensionElement("reply", "urn:xmpp:reply:0");
        assertThat(replied.getAttributeValue("id")).isEqualTo("hello-1");
        assertThat(replied.getAttributeValue("to")).isEqualTo(bob.jid() + "/x");
        StandardExtensionElement reacted = (StandardExtensionElement)
                bob.reads(alice, "\ud83d\udc4b").getExtensionElement("reactions", "urn:xmpp:reactions:0");
        assertThat(reacted.getAttributeValue("id")).isEqualTo("hello-1");
        assertThat(reacted.getElements("reaction"))
                .extracting(StandardExtensionElement::getText)
                .containsExactly("\ud83d\udc4b", "\u2764");
        Message seen = bob.reads(alice, "seen");
        assertThat(ChatMarkersElements.DisplayedExtension.from(seen).getId()).isEqualTo("hello-1");
        assertThat(OmemoInfo.of(seen)).isPresent();
        assertThat(alice.wire().raw())
                .doesNotContain("urn:xmpp:reply:0", "<reply", "urn:xmpp:reactions:0", "<reaction", "hello-1");
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
}
