/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** What servers are told about keeping an encrypted message (XEP-0334). */
class StoreHintTest {
    private static final String BOB = "bob@example.org";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a text is kept | <body>Hello</body> | store",
                "no-copy says nothing of keeping | <body>Hello</body><no-copy xmlns='urn:xmpp:hints'/> | no-copy store",
                "the application's own hint is enough | <body>Hello</body><store xmlns='urn:xmpp:hints'/> | store",
                "the application's no-store counts | <body>Hello</body><no-store xmlns='urn:xmpp:hints'/> | no-store",
                "and its no-permanent-store | <body>Hello</body><no-permanent-store xmlns='urn:xmpp:hints'/> | no-permanent-store",
                "a chat state is not worth keeping | <composing xmlns='http://jabber.org/protocol/chatstates'/> | ''",
                "nor a receipt | <received xmlns='urn:xmpp:receipts' id='1'/> | ''",
                "nor a marker | <displayed xmlns='urn:xmpp:chat-markers:0' id='1'/> | ''"
            })
    void tellsWhatIsWorthKeeping(String what, String content, String hints) throws Exception {
        World world = new World();
        world.device(BOB);
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            alice.omemo.prepare(TestClient.jid(BOB)).get(30, TimeUnit.SECONDS);
            establishSession(alice);

            alice.connection.sendStanza(message("second", content));

            Message sent = alice.sent();
            assertThat(sent.getStanzaId()).isEqualTo("second");
            assertThat(TestClient.names(sent)).contains("encrypted");
            assertThat(hintsOf(sent))
                    .as(what)
                    .containsExactlyInAnyOrderElementsOf(hints.isEmpty() ? List.of() : List.of(hints.split(" ")));
        }
    }

    /** A chat state never begins one. */
    private static void establishSession(TestClient alice) throws Exception {
        alice.connection.sendStanza(message("first", "<body>first</body>"));
        assertThat(alice.sent().getStanzaId()).isEqualTo("first");
    }

    private static List<String> hintsOf(Message message) {
        return message.getExtensions().stream()
                .filter(element -> element.getNamespace().equals("urn:xmpp:hints"))
                .map(element -> element.getElementName())
                .toList();
    }

    private static Message message(String id, String content) throws Exception {
        return PacketParserUtils.parseStanza("<message xmlns='jabber:client' type='chat' id='" + id + "' to='" + BOB
                + "'>" + content + "</message>");
    }
}
