/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.provider.ProviderManager;
import org.jivesoftware.smackx.omemo.element.OmemoElement;
import org.jivesoftware.smackx.omemo.provider.OmemoBundleVAxolotlProvider;
import org.jivesoftware.smackx.omemo.provider.OmemoDeviceListVAxolotlProvider;
import org.jivesoftware.smackx.omemo.provider.OmemoVAxolotlProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Smack's own smack-omemo on the class path, as it is in all tests: an application that takes all of Smack has it beside us. */
class SmackOmemoTest {
    private static final String LEGACY = "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'>"
            + "<key rid='2'>AAAA</key><iv>AAAA</iv></header><payload>AAAA</payload></encrypted>";

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
    void itsProvidersAreLoadedByWhoeverLoadsSmack() throws Exception {
        try (TestClient alice = TestClient.started(store)) {
            Message message = alice.receives(fromBob(LEGACY));

            assertThat(message.getExtensions()).hasOnlyElementsOfType(OmemoElement.class);
        }
    }

    @Test
    void whatComesInForItIsLeftToIt() throws Exception {
        try (TestClient alice = TestClient.started(store)) {
            Message message = alice.receives(fromBob(LEGACY + "<body>fallback</body>"));

            assertThat(TestClient.names(message)).containsExactlyInAnyOrder("encrypted", "body");
            assertThat(alice.heard).isEmpty();
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
