/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;

/**
 * An {@code <encrypted/>} element: one payload, and the key to it once for each device.
 *
 * @param sender the device that wrote it; only together with the stanza's verified sender does this name anybody
 * @param keys the key messages, in document order
 * @param payload what is encrypted; absent in an empty message
 */
public record EncryptedMessage(DeviceId sender, List<EncryptedKey> keys, Optional<Payload> payload) {

    /** Key messages in one stanza.  Bounds the work on it (QXmpp: 1000 devices per stanza). */
    public static final int MAX_KEYS = 1000;

    /** Key messages tried for one device.  Version 0.3 has no JID on a key, so ids of different accounts can be equal. */
    public static final int MAX_CANDIDATES = 8;

    public EncryptedMessage {
        keys = List.copyOf(keys);
    }

    /** The key messages that may be for this device, the first {@link #MAX_CANDIDATES} of them. */
    public List<EncryptedKey> keysFor(DeviceAddress own) {
        return keys.stream()
                .filter(key -> key.device().equals(own.device()) && isFor(key, own.jid()))
                .limit(MAX_CANDIDATES)
                .toList();
    }

    private static boolean isFor(EncryptedKey key, BareJid own) {
        return key.recipient().map(own::equals).orElse(true);
    }
}
