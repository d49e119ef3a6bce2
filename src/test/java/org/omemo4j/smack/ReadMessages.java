/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.omemo4j.engine.MessageOrigin;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** Messages as Smack's listeners get them, for tests of what an application does with them. */
public final class ReadMessages {
    private ReadMessages() {}

    /** This message, as if it had come encrypted from this device. */
    public static Message read(Message message, DeviceAddress device, boolean repeated) {
        MessageOrigin origin = new MessageOrigin(
                device,
                new Fingerprint("ab".repeat(32)),
                TrustLevel.BLINDLY_TRUSTED,
                "urn:xmpp:omemo:2",
                Coverage.BODY);
        return message.asBuilder(message.getStanzaId())
                .addExtension(new OmemoInfo(origin, Optional.empty(), repeated))
                .build();
    }
}
