/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import java.security.SecureRandom;
import java.util.Optional;
import org.omemo4j.crypto.AesGcm;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DecryptionException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.protocol.SealedPayload;

/**
 * AES-128-GCM (XEP-0384 0.3.0, "Sending a message").  A device gets the key and the tag, 16 bytes each; the payload is the rest.
 */
final class AxolotlPayloadCipher implements PayloadCipher {

    /** Bytes of the initialisation vector that some wrote until 2019; it is read, and never written: clients are known that refuse it. */
    static final int LONG_IV_SIZE = 16;

    private static final int IV_SIZE = 12;
    private static final int KEY_SIZE = 16;
    private static final int TAG_SIZE = 16;

    /** Whether these can be an initialisation vector. */
    static boolean isIv(Bytes iv) {
        return iv.size() == IV_SIZE || iv.size() == LONG_IV_SIZE;
    }

    @Override
    public SealedPayload seal(Bytes plaintext, SecureRandom random) {
        Secret key = Secret.random(random, KEY_SIZE);
        Bytes iv = iv(random);
        Bytes sealed = AesGcm.encrypt(key, iv, Bytes.EMPTY, Secret.of(plaintext));
        int size = sealed.size() - TAG_SIZE;
        return new SealedPayload(
                Secret.concat(key, Secret.of(sealed.slice(size, sealed.size()))),
                Optional.of(new Payload(iv, Optional.of(sealed.slice(0, size)))));
    }

    /** A key transport element (XEP-0384 0.3.0, "Sending a key"): a key that nobody uses, and an initialisation vector. */
    @Override
    public SealedPayload empty(SecureRandom random) {
        Secret key = Secret.random(random, KEY_SIZE);
        return new SealedPayload(key, Optional.of(new Payload(iv(random), Optional.empty())));
    }

    /**
     * Only with the tag beside the key: with a tag in the payload, each of the recipients could write another text to the others.
     */
    @Override
    public Bytes open(Payload payload, Secret keyMaterial) throws AuthenticationFailedException {
        if (keyMaterial.size() != KEY_SIZE + TAG_SIZE || payload.ciphertext().isEmpty() || !isIv(payload.iv())) {
            throw new AuthenticationFailedException();
        }
        Bytes tag = Bytes.of(keyMaterial.slice(KEY_SIZE, keyMaterial.size()).reveal());
        try {
            return Bytes.of(AesGcm.decrypt(
                            keyMaterial.slice(0, KEY_SIZE),
                            payload.iv(),
                            Bytes.EMPTY,
                            Bytes.concat(payload.ciphertext().get(), tag))
                    .reveal());
        } catch (DecryptionException e) {
            throw new AuthenticationFailedException();
        }
    }

    private static Bytes iv(SecureRandom random) {
        byte[] iv = new byte[IV_SIZE];
        random.nextBytes(iv);
        return Bytes.of(iv);
    }
}
