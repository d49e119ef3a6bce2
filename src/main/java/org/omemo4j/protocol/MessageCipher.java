/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.omemo4j.crypto.AesCbc;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DecryptionException;
import org.omemo4j.crypto.HmacSha256;
import org.omemo4j.crypto.Secret;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.RatchetParameters;

/**
 * The cipher of one message for one device (Double Ratchet, revision 1, section 5.2): AES-256-CBC, and HMAC-SHA-256 over what the version says.
 * For one message only.
 */
public final class MessageCipher {

    private static final int BLOCK_SIZE = 16;

    private final MessageKey.Expanded keys;
    private final int macSize;

    /**
     * The cipher of a message key.
     *
     * @param parameters with the version's label
     * @param macSize bytes of the MAC, cut to the version's size
     */
    public MessageCipher(RatchetParameters parameters, int macSize, MessageKey messageKey) {
        this.keys = messageKey.expand(parameters.messageKeyInfo());
        this.macSize = macSize;
    }

    /**
     * Refuses what cannot be a ciphertext of this cipher.
     *
     * @throws MalformedMessageException if it is empty or not a number of blocks
     */
    public static void requireBlocks(int size) throws MalformedMessageException {
        if (size == 0 || size % BLOCK_SIZE != 0) {
            throw new MalformedMessageException("a ciphertext that is not a number of blocks");
        }
    }

    /** Encrypts. */
    public Bytes encrypt(Secret plaintext) {
        return AesCbc.encrypt(keys.encryptionKey(), keys.iv(), plaintext);
    }

    /** The MAC over all parts. */
    public Bytes mac(Bytes... covered) {
        return HmacSha256.mac(keys.authenticationKey(), macSize, covered);
    }

    /**
     * Checks the MAC over all parts, and decrypts.
     *
     * @throws AuthenticationFailedException if the MAC or the padding is wrong; which one is not told
     */
    public Secret open(RatchetMessage message, Bytes... covered) throws AuthenticationFailedException {
        // The MAC first, always: else the padding of a forged message would tell something about the plaintext.
        if (!HmacSha256.verify(keys.authenticationKey(), message.mac(), macSize, covered)) {
            throw new AuthenticationFailedException();
        }
        try {
            return AesCbc.decrypt(keys.encryptionKey(), keys.iv(), message.ciphertext());
        } catch (DecryptionException e) {
            throw new AuthenticationFailedException();
        }
    }
}
