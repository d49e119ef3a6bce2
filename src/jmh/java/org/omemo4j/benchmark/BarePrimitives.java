/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The floor: the primitives that an operation of OMEMO 2 needs, and nothing else.  JDK and BouncyCastle objects made beforehand; no
 * state, no protobuf, no check, no wiping.  For one thread.
 */
final class BarePrimitives {

    private static final int KEY_SIZE = 32;
    private static final int IV_SIZE = 16;
    /** What a message key is expanded to: two keys and an IV. */
    private static final int MESSAGE_KEYS_SIZE = 2 * KEY_SIZE + IV_SIZE;
    /** A constant and four agreements. */
    private static final int X3DH_MATERIAL_SIZE = 5 * KEY_SIZE;

    private final SecureRandom random = new SecureRandom();
    private final Mac mac;
    private final Cipher cbc;
    private final byte[] chainKey = random(KEY_SIZE);
    private final byte[] noSalt = new byte[KEY_SIZE];
    private final byte[] label = random("OMEMO Message Key Material".length());
    private final byte[] plaintext = random(48);
    /** Two identity keys and a serialised message. */
    private final byte[] authenticated = random(172);

    /** Two, read in turns: the JDK's cipher keeps the schedule of the last key, and no two messages have the same. */
    private final byte[][] keysOfCiphertexts = {random(MESSAGE_KEYS_SIZE), random(MESSAGE_KEYS_SIZE)};

    private final byte[][] ciphertexts = new byte[keysOfCiphertexts.length][];
    private int turn;
    private final byte[] privateKey = random(X25519.SCALAR_SIZE);
    private final byte[] publicKey = new byte[X25519.POINT_SIZE];
    private final byte[] identityKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    private final byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];

    BarePrimitives() {
        try {
            mac = Mac.getInstance("HmacSHA256");
            cbc = Cipher.getInstance("AES/CBC/PKCS5Padding");
            for (int i = 0; i < ciphertexts.length; i++) {
                ciphertexts[i] = cbc(Cipher.ENCRYPT_MODE, keysOfCiphertexts[i], plaintext);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        X25519.generatePublicKey(privateKey, 0, publicKey, 0);
        byte[] seed = random(Ed25519.SECRET_KEY_SIZE);
        Ed25519.generatePublicKey(seed, 0, identityKey, 0);
        Ed25519.sign(seed, 0, publicKey, 0, publicKey.length, signature, 0);
    }

    /** Two HMACs for the chain, HKDF to 80 bytes, AES-256-CBC of 48 bytes, HMAC over 172 bytes. */
    byte[] writeKeyMessage() throws GeneralSecurityException {
        byte[] keys = nextMessageKeys();
        byte[] sealed = cbc(Cipher.ENCRYPT_MODE, keys, plaintext);
        byte[] tag = hmac(keys, KEY_SIZE, authenticated);
        sealed[0] ^= tag[0]; // So that nothing can be left out.
        return sealed;
    }

    /** As {@link #writeKeyMessage}, with decryption. */
    byte[] readKeyMessage() throws GeneralSecurityException {
        byte[] keys = nextMessageKeys();
        byte[] tag = hmac(keys, KEY_SIZE, authenticated);
        turn = (turn + 1) % ciphertexts.length;
        byte[] opened = cbc(Cipher.DECRYPT_MODE, keysOfCiphertexts[turn], ciphertexts[turn]);
        opened[0] ^= tag[0];
        return opened;
    }

    /** One signature check, two key generations, five agreements, two HKDFs and a key message. */
    byte[] startSession() throws GeneralSecurityException {
        if (!Ed25519.verify(signature, 0, identityKey, 0, publicKey, 0, publicKey.length)) {
            throw new IllegalStateException("a good signature was refused");
        }
        generateKeyPair();
        generateKeyPair();
        x3dh();
        rootStep();
        return writeKeyMessage();
    }

    /** Five agreements, two HKDFs and a key message. */
    byte[] acceptSession() throws GeneralSecurityException {
        x3dh();
        rootStep();
        return readKeyMessage();
    }

    /** One key generation, two agreements, two HKDFs, one key message written and one read. */
    byte[] pingPong() throws GeneralSecurityException {
        generateKeyPair();
        rootStep();
        writeKeyMessage();
        rootStep();
        return readKeyMessage();
    }

    private void x3dh() throws GeneralSecurityException {
        byte[] material = new byte[X3DH_MATERIAL_SIZE];
        for (int at = KEY_SIZE; at < material.length; at += KEY_SIZE) {
            X25519.calculateAgreement(privateKey, 0, publicKey, 0, material, at);
        }
        chainKey[0] ^= hkdf(noSalt, material, KEY_SIZE)[0];
    }

    private void rootStep() throws GeneralSecurityException {
        byte[] material = new byte[KEY_SIZE];
        X25519.calculateAgreement(privateKey, 0, publicKey, 0, material, 0);
        chainKey[0] ^= hkdf(chainKey, material, 2 * KEY_SIZE)[0];
    }

    private void generateKeyPair() {
        byte[] fresh = new byte[X25519.SCALAR_SIZE];
        byte[] point = new byte[X25519.POINT_SIZE];
        X25519.generatePrivateKey(random, fresh);
        X25519.generatePublicKey(fresh, 0, point, 0);
        chainKey[0] ^= point[0];
    }

    private byte[] nextMessageKeys() throws GeneralSecurityException {
        byte[] messageKey = hmac(chainKey, 0, new byte[] {1});
        byte[] nextChainKey = hmac(chainKey, 0, new byte[] {2});
        System.arraycopy(nextChainKey, 0, chainKey, 0, KEY_SIZE);
        return hkdf(noSalt, messageKey, MESSAGE_KEYS_SIZE);
    }

    private byte[] hkdf(byte[] salt, byte[] material, int size) throws GeneralSecurityException {
        byte[] pseudorandomKey = hmac(salt, 0, material);
        mac.init(new SecretKeySpec(pseudorandomKey, "HmacSHA256"));
        byte[] blocks = new byte[(size + KEY_SIZE - 1) / KEY_SIZE * KEY_SIZE];
        for (int at = 0; at < size; at += KEY_SIZE) {
            if (at > 0) {
                mac.update(blocks, at - KEY_SIZE, KEY_SIZE);
            }
            mac.update(label);
            mac.update((byte) (at / KEY_SIZE + 1));
            mac.doFinal(blocks, at);
        }
        return Arrays.copyOf(blocks, size);
    }

    private byte[] hmac(byte[] keys, int at, byte[] message) throws GeneralSecurityException {
        mac.init(new SecretKeySpec(keys, at, KEY_SIZE, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private byte[] cbc(int mode, byte[] keys, byte[] message) throws GeneralSecurityException {
        cbc.init(mode, new SecretKeySpec(keys, 0, KEY_SIZE, "AES"), new IvParameterSpec(keys, 2 * KEY_SIZE, IV_SIZE));
        return cbc.doFinal(message);
    }

    private byte[] random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
