/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.parsing.SmackParsingException;
import org.jivesoftware.smack.provider.ExtensionElementProvider;
import org.jivesoftware.smack.provider.ProviderManager;
import org.jivesoftware.smack.xml.XmlPullParser;
import org.jivesoftware.smackx.hints.element.StoreHint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Elements inside an envelope go to somebody's providers, which fail as they like. */
class FailingProviderTest {
    private static final String NAME = "trouble";
    private static final String NAMESPACE = "urn:example:trouble";

    private enum Trouble {
        PARSING(() -> {
            throw new SmackParsingException("peer's text");
        }),
        RUNTIME(() -> {
            throw new IllegalStateException("peer's text");
        }),
        LINKAGE(() -> {
            throw new NoClassDefFoundError("Missing");
        }),
        ASSERTION(() -> {
            throw new AssertionError("peer's text");
        }),
        DEPTH(() -> {
            throw new StackOverflowError();
        }),
        NOTHING(() -> null),
        ANOTHER_ELEMENT(() -> StoreHint.INSTANCE);

        private final Parse parse;

        Trouble(Parse parse) {
            this.parse = parse;
        }
    }

    private interface Parse {
        @org.jspecify.annotations.Nullable
        ExtensionElement run() throws SmackParsingException;
    }

    @AfterEach
    void forget() {
        ProviderManager.removeExtensionProvider(NAME, NAMESPACE);
    }

    @ParameterizedTest
    @EnumSource
    void theElementIsDroppedAndReportedAndItsSiblingsStay(Trouble trouble) throws Exception {
        World world = new World();
        MemoryStore store = new MemoryStore();
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        TestDevice bob = world.device("bob@example.org");
        store.close();
        OmemoManager.install();
        ProviderManager.addExtensionProvider(NAME, NAMESPACE, new Failing(trouble));
        Encryption sent = bob.encrypt(OutgoingMessage.toContact(
                TestClient.jid(TestClient.ALICE),
                List.of(
                        TestDevice.body("Hello"),
                        XmlElement.builder(NAME, NAMESPACE).build(),
                        XmlElement.builder("after", "urn:example:after").build()),
                false));
        try (TestClient alice = TestClient.started(store)) {
            Message message =
                    alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='alice@example.org' from='"
                            + bob.jid() + "/x'>"
                            + ((Encryption.Encrypted) sent).elements().get(0).toXml() + "</message>");

            assertThat(message.getBody()).isEqualTo("Hello");
            assertThat(TestClient.names(message)).containsExactlyInAnyOrder("body", "after", "info");
            assertThat(OmemoInfo.of(message)).isPresent();
            assertThat(alice.nextHeard()).isEqualTo("dropped [trouble]");
        }
    }

    private static final class Failing extends ExtensionElementProvider<ExtensionElement> {
        private final Trouble trouble;

        Failing(Trouble trouble) {
            this.trouble = trouble;
        }

        @Override
        @SuppressWarnings("NullAway") // null is one of the things that providers do
        public ExtensionElement parse(XmlPullParser parser, int depth, XmlEnvironment environment)
                throws SmackParsingException {
            return trouble.parse.run();
        }
    }
}
