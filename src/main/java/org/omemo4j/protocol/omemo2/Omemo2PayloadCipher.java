/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.AesCbc;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DecryptionException;
import org.omemo4j.crypto.Hkdf;
import org.omemo4j.crypto.HmacSha256;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.protocol.SealedPayload;

/**
 * AES-256-CBC and HMAC-SHA-256 under keys that are derived from 32 random bytes (XEP-0384 0.9.1, "Message Encryption").
 * A device gets those 32 bytes and the 16-byte MAC, 48 bytes in all.
 */
final class Omemo2PayloadCipher implements PayloadCipher {

    private static final int KEY_SIZE = 32;

    /** XEP-0384 0.9.1, "Sending a message": an empty message carries 32 zero bytes. */
    private static final SealedPayload EMPTY = new SealedPayload(Secret.of(new byte[KEY_SIZE]), Optional.empty());

    @Override
    public SealedPayload seal(Bytes plaintext, SecureRandom random) {
        Secret key = Secret.random(random, KEY_SIZE);
        Keys keys = Keys.of(key);
        Bytes ciphertext = AesCbc.encrypt(keys.encryption, keys.iv, Secret.of(plaintext));
        Bytes mac = HmacSha256.mac(keys.authentication, Omemo2Parameters.MAC_SIZE, ciphertext);
        return new SealedPayload(
                Secret.concat(key, Secret.of(mac)), Optional.of(new Payload(Bytes.EMPTY, Optional.of(ciphertext))));
    }

    @Override
    public SealedPayload empty(SecureRandom random) {
        return EMPTY;
    }

    @Override
    public Bytes open(Payload payload, Secret keyMaterial) throws AuthenticationFailedException {
        if (keyMaterial.size() != KEY_SIZE + Omemo2Parameters.MAC_SIZE
                || payload.ciphertext().isEmpty()) {
            throw new AuthenticationFailedException();
        }
        Keys keys = Keys.of(keyMaterial.slice(0, KEY_SIZE));
        Bytes mac = Bytes.of(keyMaterial.slice(KEY_SIZE, keyMaterial.size()).reveal());
        Bytes ciphertext = payload.ciphertext().get();
        if (!HmacSha256.verify(keys.authentication, mac, Omemo2Parameters.MAC_SIZE, ciphertext)) {
            throw new AuthenticationFailedException();
        }
        try {
            byte[] plaintext =
                    AesCbc.decrypt(keys.encryption, keys.iv, ciphertext).reveal();
            return Bytes.of(plaintext);
        } catch (DecryptionException e) {
            throw new AuthenticationFailedException();
        }
    }

    private record Keys(Secret encryption, Secret authentication, Secret iv) {

        static Keys of(Secret key) {
            List<Secret> parts = Hkdf.deriveKeys(Hkdf.NO_SALT, key, Omemo2Parameters.PAYLOAD_INFO, 32, 32, 16);
            return new Keys(parts.get(0), parts.get(1), parts.get(2));
        }
    }
}
