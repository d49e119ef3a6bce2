/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StandardExtensionElement;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.MessageOrigin;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustLevel;

/** What an application asks about a message. */
class OmemoInfoTest {

    @Test
    void aStrangersElementUnderItsNameIsNoneAndThrowsNothing() {
        Message message = StanzaBuilder.buildMessage("m1")
                .addExtension(StandardExtensionElement.builder(OmemoInfo.ELEMENT, OmemoInfo.NAMESPACE)
                        .build())
                .build();

        assertThat(OmemoInfo.of(message)).isEmpty();
    }

    @Test
    void isNeverWritten() {
        TestDevice bob = new World().device("bob@example.org");
        OmemoInfo info = new OmemoInfo(
                new MessageOrigin(
                        bob.address(),
                        bob.engine().ownDevice().fingerprint(),
                        TrustLevel.BLINDLY_TRUSTED,
                        "urn:xmpp:omemo:2",
                        Coverage.ENVELOPE),
                Optional.empty(),
                false);
        Message message = StanzaBuilder.buildMessage("m1").addExtension(info).build();

        assertThat(OmemoInfo.of(message)).containsSame(info);
        assertThat(message.toXML().toString()).isEqualTo("<message xmlns='jabber:client' id='m1'></message>");
    }
}
