/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in CBC mode with PKCS #7 padding (NIST SP 800-38A, RFC 5652 section 6.3).  It does not authenticate: check a MAC before
 * {@link #decrypt}.  Stateless and safe for all threads.
 */
public final class AesCbc {

    private AesCbc() {}

    /**
     * The ciphertext: 1 to 16 bytes longer than the plaintext, a multiple of 16.
     *
     * @param key 16, 24 or 32 bytes
     * @param iv 16 bytes
     */
    public static Bytes encrypt(Secret key, Secret iv, Secret plaintext) {
        try {
            return Bytes.adopt(start(Cipher.ENCRYPT_MODE, key, iv).doFinal(plaintext.array()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC cannot encrypt", e);
        }
    }

    /**
     * The plaintext.
     *
     * @param key 16, 24 or 32 bytes
     * @param iv 16 bytes
     * @throws DecryptionException when the size or the padding is wrong
     */
    public static Secret decrypt(Secret key, Secret iv, Bytes ciphertext) throws DecryptionException {
        Cipher cipher = start(Cipher.DECRYPT_MODE, key, iv);
        if (ciphertext.size() == 0) {
            throw new DecryptionException(); // The JDK takes no bytes at all for an empty plaintext.
        }
        try {
            return Secret.adopt(cipher.doFinal(ciphertext.array()));
        } catch (GeneralSecurityException e) {
            throw new DecryptionException();
        }
    }

    private static Cipher start(int mode, Secret key, Secret iv) {
        Cipher cipher = Workbench.own().aesCbc;
        try {
            cipher.init(mode, new SecretKeySpec(key.array(), "AES"), new IvParameterSpec(iv.array()));
        } catch (java.security.InvalidKeyException | InvalidAlgorithmParameterException e) {
            throw new IllegalArgumentException(
                    "AES-CBC takes a key of 16, 24 or 32 bytes and an IV of 16, not " + key.size() + " and "
                            + iv.size(),
                    e);
        }
        return cipher;
    }
}
