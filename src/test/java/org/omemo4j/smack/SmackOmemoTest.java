/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.provider.ProviderManager;
import org.jivesoftware.smackx.omemo.provider.OmemoBundleVAxolotlProvider;
import org.jivesoftware.smackx.omemo.provider.OmemoDeviceListVAxolotlProvider;
import org.jivesoftware.smackx.omemo.provider.OmemoVAxolotlProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Smack's own smack-omemo on the class path, as it is in all tests: an application that takes all of Smack has it beside us. */
class SmackOmemoTest {
    private static final String LEGACY = "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'>"
            + "<key rid='2'>AAAA</key><iv>AAAA</iv></header><payload>AAAA</payload></encrypted>";

    private static final OmemoConfig LEGACY_ONLY = OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION));

    private final World world = new World();
    private final MemoryStore store = new MemoryStore();
    private TestDevice bob;

    @BeforeEach
    void meet() {
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        bob = world.device("bob@example.org");
        store.close();
    }

    @AfterEach
    void ourProvidersAgain() {
        OmemoManager.install();
    }

    @Test
    void whatComesInForItIsLeftToItWhereLegacyIsNotInUse() throws Exception {
        try (TestClient alice = TestClient.started(store, World.CONFIG)) {
            Message message = alice.receives(fromBob(LEGACY + "<body>fallback</body>"));

            assertThat(TestClient.names(message)).containsExactlyInAnyOrder("encrypted", "body");
            assertThat(alice.heard).isEmpty();
        }
    }

    @Test
    void aLegacyMessageIsReadAlthoughItHasClaimedTheNamesFirst() throws Exception {
        ProviderManager.addExtensionProvider("encrypted", Axolotl.NAMESPACE, new OmemoVAxolotlProvider());
        TestDevice carol = world.device("carol@example.org", new MemoryStore(), LEGACY_ONLY);

        try (TestClient alice = TestClient.started(world, store)) {
            String encrypted = carol.send(TestClient.jid(TestClient.ALICE), "Hello")
                    .encrypted()
                    .toXml();
            Message message = alice.receives("<message xmlns='jabber:client' type='chat' id='m1' to='"
                    + TestClient.ALICE + "' from='carol@example.org/x'>" + encrypted + "</message>");

            assertThat(message.getBody()).isEqualTo("Hello");
        }
    }

    @Test
    void aMessageOfOursIsReadBesideIt() throws Exception {
        try (TestClient alice = TestClient.started(store)) {
            assertThat(alice.receives(fromBob(encrypted("Hello"))).getBody()).isEqualTo("Hello");
        }
    }

    @Test
    void namesOfOursThatItHadClaimedAreOurs() throws Exception {
        ProviderManager.addExtensionProvider("encrypted", Omemo2.NAMESPACE, new OmemoVAxolotlProvider());
        ProviderManager.addExtensionProvider("devices", Omemo2.NAMESPACE, new OmemoDeviceListVAxolotlProvider());
        ProviderManager.addExtensionProvider("bundle", Omemo2.NAMESPACE, new OmemoBundleVAxolotlProvider());

        try (TestClient alice = TestClient.started(store)) {
            assertThat(alice.receives(fromBob(encrypted("Hello"))).getBody()).isEqualTo("Hello");
        }
    }

    private String encrypted(String text) {
        return bob.send(TestClient.jid(TestClient.ALICE), text).encrypted().toXml();
    }

    private static String fromBob(String elements) {
        return "<message xmlns='jabber:client' type='chat' id='m1' to='" + TestClient.ALICE
                + "' from='bob@example.org/x'>" + elements + "</message>";
    }
}
