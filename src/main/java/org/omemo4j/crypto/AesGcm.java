/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in GCM mode with a tag of 16 bytes behind the ciphertext (NIST SP 800-38D).  Never use a key and IV for two plaintexts.
 * Stateless and safe for all threads.
 */
public final class AesGcm {

    /** Bytes of the tag at the end of a ciphertext. */
    public static final int TAG_SIZE = 16;

    /** The JDK's GCM is sixty times slower when it gets megabytes in one call. */
    private static final int CHUNK = 8192;

    private static final int BLOCK_SIZE = 16;

    /** Counter blocks are such an IV and 32 bits: 1 for the tag, and 2, 3, … for the text (NIST SP 800-38D, section 7.1). */
    private static final int COUNTED_IV_SIZE = 12;

    private static final byte FIRST_COUNTER = 2;

    private AesGcm() {}

    /**
     * The ciphertext and the tag: 16 bytes longer than the plaintext.
     *
     * @param key 16, 24 or 32 bytes
     * @param iv 1 byte or more; 12 is what GCM was made for
     * @param associatedData authenticated, not encrypted
     */
    public static Bytes encrypt(Secret key, Bytes iv, Bytes associatedData, Secret plaintext) {
        Cipher cipher = start(Cipher.ENCRYPT_MODE, key, iv);
        cipher.updateAAD(associatedData.array());
        byte[] in = plaintext.array();
        byte[] out = new byte[in.length + TAG_SIZE];
        try {
            int written = 0;
            int read = 0;
            for (; in.length - read > CHUNK; read += CHUNK) {
                written += cipher.update(in, read, CHUNK, out, written);
            }
            cipher.doFinal(in, read, in.length - read, out, written);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM cannot encrypt", e);
        }
        return Bytes.adopt(out);
    }

    /**
     * The plaintext; none of it before the tag was checked.
     *
     * @param ciphertext ciphertext and tag
     * @throws DecryptionException when the tag is wrong or missing
     */
    public static Secret decrypt(Secret key, Bytes iv, Bytes associatedData, Bytes ciphertext)
            throws DecryptionException {
        if (ciphertext.size() > CHUNK + TAG_SIZE && iv.size() == COUNTED_IV_SIZE) {
            return decryptInChunks(key, iv, associatedData, ciphertext);
        }
        Cipher cipher = start(Cipher.DECRYPT_MODE, key, iv);
        if (ciphertext.size() < TAG_SIZE) {
            throw new DecryptionException(); // The JDK would throw something unchecked.
        }
        cipher.updateAAD(associatedData.array());
        try {
            return Secret.adopt(cipher.doFinal(ciphertext.array()));
        } catch (GeneralSecurityException e) {
            throw new DecryptionException();
        }
    }

    /**
     * The JDK's GCM keeps all it gets for decryption until the end, and so is slow however it is fed.  Here counter mode, which GCM is
     * but for the tag, decrypts.  Encrypting that gives the ciphertext once more, and with it the tag that belongs to it.
     */
    private static Secret decryptInChunks(Secret key, Bytes iv, Bytes associatedData, Bytes ciphertext)
            throws DecryptionException {
        Cipher counterMode = startCounterMode(key, iv);
        Cipher encryption = start(Cipher.ENCRYPT_MODE, key, iv);
        encryption.updateAAD(associatedData.array());
        byte[] in = ciphertext.array();
        byte[] out = new byte[in.length - TAG_SIZE];
        byte[] again = new byte[CHUNK + TAG_SIZE];
        boolean authentic;
        try {
            int at = 0;
            for (; out.length - at > CHUNK; at += CHUNK) {
                counterMode.update(in, at, CHUNK, out, at);
                encryption.update(out, at, CHUNK, again, 0);
            }
            counterMode.doFinal(in, at, out.length - at, out, at);
            int end = encryption.doFinal(out, at, out.length - at, again, 0);
            authentic = MessageDigest.isEqual(
                    Arrays.copyOfRange(again, end - TAG_SIZE, end), Arrays.copyOfRange(in, out.length, in.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode cannot decrypt", e);
        }
        if (!authentic) {
            Wipe.clear(out); // Nobody sees a text that nobody vouches for.
            throw new DecryptionException();
        }
        return Secret.adopt(out);
    }

    private static Cipher startCounterMode(Secret key, Bytes iv) {
        byte[] counter = Arrays.copyOf(iv.array(), BLOCK_SIZE);
        counter[BLOCK_SIZE - 1] = FIRST_COUNTER;
        Cipher cipher = Workbench.cipher("AES/CTR/NoPadding");
        try {
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key.array(), "AES"), new IvParameterSpec(counter));
        } catch (java.security.InvalidKeyException | InvalidAlgorithmParameterException e) {
            throw new IllegalArgumentException("AES takes a key of 16, 24 or 32 bytes, not " + key.size(), e);
        }
        return cipher;
    }

    /** A new object each time: a kept one would refuse the same key and IV in a row, and would hold on to the last key. */
    private static Cipher start(int mode, Secret key, Bytes iv) {
        Cipher cipher = Workbench.cipher("AES/GCM/NoPadding");
        try {
            cipher.init(mode, new SecretKeySpec(key.array(), "AES"), new GCMParameterSpec(8 * TAG_SIZE, iv.array()));
        } catch (java.security.InvalidKeyException | InvalidAlgorithmParameterException e) {
            throw new IllegalArgumentException(
                    "AES-GCM takes a key of 16, 24 or 32 bytes and an IV, not " + key.size() + " and " + iv.size(), e);
        }
        return cipher;
    }
}
