/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.x3dh.AssociatedData;

/** How a version writes and reads the message for one device.  Thread-safe. */
public interface KeyMessages {

    /**
     * Reads the content of a key element.  Whether it is a key exchange is decided by what is there, not by what the
     * element says.
     *
     * @throws MalformedMessageException if it is too long, not in the format, or has a key or id that is none
     */
    ReceivedKey parse(EncryptedKey key) throws MalformedMessageException;

    /**
     * Encrypts and authenticates.
     *
     * @param plaintext what the device gets: key material of the payload
     * @param header the header of this step of the ratchet
     * @param messageKey its message key, used for this message only
     * @param associatedData of the session
     * @param sender the side of the session that sends
     * @return the message, ready to be sent or to be framed
     */
    Bytes seal(
            Secret plaintext, RatchetHeader header, MessageKey messageKey, AssociatedData associatedData, Role sender);

    /**
     * Puts a key exchange around a sealed message, for every message until the first answer.
     *
     * @param exchange of the session
     * @param sealed what {@link #seal} gave
     */
    Bytes frame(KeyExchange exchange, Bytes sealed);

    /**
     * Checks the MAC and decrypts.
     *
     * @param message as it was parsed
     * @param messageKey the key that the ratchet gave for its header
     * @param associatedData of the session
     * @param sender the side of the session that sent it
     * @throws AuthenticationFailedException if it is not authentic or cannot be decrypted; which one is not told
     */
    Secret open(RatchetMessage message, MessageKey messageKey, AssociatedData associatedData, Role sender)
            throws AuthenticationFailedException;
}
