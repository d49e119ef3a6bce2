/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;

/**
 * The part of a message for one device: the {@code <key/>} element.
 *
 * @param recipient the account; absent where the version does not write it
 * @param device the device within it
 * @param keyExchange what the sender says it is; the content decides
 * @param content the key message, at most {@link #MAX_BYTES} when it was received
 */
public record EncryptedKey(Optional<BareJid> recipient, DeviceId device, boolean keyExchange, Bytes content) {

    /** Size of one key message in bytes.  In practice it is below 300. */
    public static final int MAX_BYTES = 4096;
}
