/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import org.jivesoftware.smackx.disco.ServiceDiscoveryManager;
import org.junit.jupiter.api.Test;
import org.omemo4j.store.memory.MemoryStore;

/** Whether this client asks for the device lists of others (XEP-0163). */
class InterestTest {
    private static final String NOTIFY = "urn:xmpp:omemo:2:devices+notify";

    @Test
    void isAnnouncedFromTheStartUntilTheEnd() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            ServiceDiscoveryManager features = ServiceDiscoveryManager.getInstanceFor(alice.connection);
            assertThat(features.includesFeature(NOTIFY)).isFalse();

            alice.omemo.start(new MemoryStore());
            assertThat(features.includesFeature(NOTIFY)).isTrue();

            alice.omemo.stop();
            assertThat(features.includesFeature(NOTIFY)).isFalse();
        }
    }
}
