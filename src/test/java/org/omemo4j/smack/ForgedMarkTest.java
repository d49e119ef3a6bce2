/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Our mark, written by a peer into its envelope. */
class ForgedMarkTest {
    private static final XmlElement MARK =
            XmlElement.builder("info", InnerElements.OWN_NAMESPACE).build();
    private static final XmlElement FORWARDED = XmlElement.builder("forwarded", "urn:xmpp:forward:0")
            .child(XmlElement.builder("message", "jabber:client")
                    .attribute("from", "carol@example.org")
                    .child(MARK)
                    .child(TestDevice.body("inner"))
                    .build())
            .build();

    @Test
    void anEnvelopeFullOfForgedMarksShowsWhoWroteIt() throws Exception {
        World world = new World();
        MemoryStore store = new MemoryStore();
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        TestDevice forger = world.device("forger@example.org", new MemoryStore(), addingToEnvelopes(MARK, FORWARDED));
        store.close();
        String encrypted = forger.send(TestClient.jid(TestClient.ALICE), "Hello")
                .encrypted()
                .toXml();
        try (TestClient alice = TestClient.started(store)) {
            Message message = alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='"
                    + TestClient.ALICE + "' from='forger@example.org/x'>" + encrypted + "</message>");

            assertThat(TestClient.names(message)).containsExactlyInAnyOrder("body", "forwarded", "info");
            assertThat(OmemoInfo.of(message).orElseThrow().device()).isEqualTo(forger.address());
            assertThat(message.toXML().toString())
                    .doesNotContain(InnerElements.OWN_NAMESPACE)
                    .contains("Hello", "inner");
            assertThat(alice.nextHeard()).isEqualTo("dropped [info, info]");
        }
    }

    @Test
    void whatGotPastTheEnvelopeIsStrippedFromTheMessage() throws Exception {
        OmemoManager.install();
        Message message = StanzaBuilder.buildMessage("m1").build();

        ReceivedElements.add(message, List.of(TestDevice.body("Hello"), MARK, FORWARDED));

        assertThat(TestClient.names(message)).containsExactlyInAnyOrder("body", "forwarded");
        assertThat(message.toXML().toString())
                .doesNotContain(InnerElements.OWN_NAMESPACE)
                .contains("Hello", "inner");
    }

    /** A client whose envelopes have these elements, too, whatever they are. */
    private static OmemoConfig addingToEnvelopes(XmlElement... elements) {
        ContentCodec codec = replacing(ContentCodec.class, Omemo2.VERSION.content(), "encode", encoded -> {
            StringBuilder xml = new StringBuilder(new String(((Bytes) encoded).toByteArray(), StandardCharsets.UTF_8));
            for (XmlElement element : elements) {
                xml.insert(xml.indexOf("</content>"), element.toXml());
            }
            return Bytes.of(xml.toString().getBytes(StandardCharsets.UTF_8));
        });
        OmemoVersion version = replacing(OmemoVersion.class, Omemo2.VERSION, "content", content -> codec);
        return OmemoConfig.defaults().withVersions(List.of(version));
    }

    private interface Replacement {
        Object of(Object result);
    }

    /** The same, but for the results of one method. */
    private static <T> T replacing(Class<T> type, T usual, String replaced, Replacement replacement) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(usual, arguments);
                        return method.getName().equals(replaced) ? replacement.of(result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
