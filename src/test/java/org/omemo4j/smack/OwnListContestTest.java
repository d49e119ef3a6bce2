/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OmemoEvent.OwnDeviceListContested;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** Another client that keeps removing this device from its account's list. */
class OwnListContestTest {
    private static final String OTHER = TestClient.ALICE + "/other";

    @Test
    void c5_whoKeepsRemovingUsIsNamedWhereTheServerTells() throws Exception {
        BlockingQueue<OwnDeviceListContested> heard = new LinkedBlockingQueue<>();
        try (TestClient alice = TestClient.started(new World(), new MemoryStore())) {
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onEvent(OmemoEvent event) {
                    if (event instanceof OwnDeviceListContested contested) {
                        heard.add(contested);
                    }
                }
            });

            alice.receives(list("<device id='4711'/>"));
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(60)))
                    .as("healed")
                    .isTrue();
            alice.receives(list("<device id='4711'/><device id='4712'/>"));

            OwnDeviceListContested contested = heard.poll(60, TimeUnit.SECONDS);
            assertThat(contested.publisher()).contains(JidCreate.entityFullFrom(OTHER));
            assertThat(contested.candidates())
                    .extracting(device -> device.address().device().value())
                    .containsExactly(4711);
        }
    }

    private static String list(String devices) {
        return "<message xmlns='jabber:client' type='headline' from='" + TestClient.ALICE
                + "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'>"
                + "<item id='current' publisher='" + OTHER + "'><devices xmlns='urn:xmpp:omemo:2'>" + devices
                + "</devices></item></items></event></message>";
    }
}
