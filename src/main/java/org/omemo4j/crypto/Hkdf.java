/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * HKDF with SHA-256 (RFC 5869): turns key material into keys.  Stateless and safe for all threads; every array in between is
 * wiped.
 */
public final class Hkdf {

    /** 32 zero bytes: what RFC 5869 (section 2.2) takes when there is no salt. */
    public static final Secret NO_SALT = Secret.adopt(new byte[HmacEngine.SIZE]);

    private static final int MAX_SIZE = 255 * HmacEngine.SIZE;

    /** The state after the zero salt is the same for ever, and public; only {@code start} and {@code finish} are per thread. */
    private static final ThreadLocal<HmacEngine.Keyed> ZERO_SALTED =
            ThreadLocal.withInitial(() -> Workbench.own().hmac.keyed(NO_SALT.array()));

    private Hkdf() {}

    /**
     * One key of {@code size} bytes.
     *
     * @throws IllegalArgumentException when more than 255 × 32 bytes are asked for
     */
    public static Secret derive(Secret salt, Secret keyMaterial, Bytes info, int size) {
        return deriveKeys(salt, keyMaterial, info, size).get(0);
    }

    /**
     * Several keys of the given sizes, cut from one output in this order.
     *
     * @throws IllegalArgumentException when the sizes add up to more than 255 × 32 bytes
     */
    public static List<Secret> deriveKeys(Secret salt, Secret keyMaterial, Bytes info, int... sizes) {
        return expand(salt, keyMaterial.array(), info, sizes);
    }

    /**
     * Several keys from Diffie-Hellman results: the key material is the prefix and then each result, in order.  The results never
     * leave this method and are wiped.
     *
     * @throws InvalidKeyException when a result is all zero
     */
    public static List<Secret> deriveKeys(
            Secret salt, Bytes prefix, List<DiffieHellman> agreements, Bytes info, int... sizes)
            throws InvalidKeyException {
        byte[] keyMaterial = new byte[prefix.size() + agreements.size() * X25519PublicKey.SIZE];
        try {
            System.arraycopy(prefix.array(), 0, keyMaterial, 0, prefix.size());
            int at = prefix.size();
            for (DiffieHellman agreement : agreements) {
                agreement.own().agree(agreement.theirs(), keyMaterial, at);
                at += X25519PublicKey.SIZE;
            }
            return expand(salt, keyMaterial, info, sizes);
        } finally {
            Wipe.clear(keyMaterial);
        }
    }

    private static List<Secret> expand(Secret salt, byte[] keyMaterial, Bytes info, int... sizes) {
        requireSize(sizes);
        byte[] pseudorandomKey = new byte[HmacEngine.SIZE];
        byte[] block = new byte[HmacEngine.SIZE];
        try {
            extract(salt, keyMaterial, pseudorandomKey);
            HmacEngine.Keyed keyed = Workbench.own().hmac.keyed(pseudorandomKey);
            List<Secret> keys = new ArrayList<>(sizes.length);
            int count = 0;
            int used = block.length;
            for (int size : sizes) {
                byte[] key = new byte[size];
                int filled = 0;
                while (filled < size) {
                    if (used == block.length) {
                        nextBlock(keyed, block, info, count++);
                        used = 0;
                    }
                    int step = Math.min(size - filled, block.length - used);
                    System.arraycopy(block, used, key, filled, step);
                    filled += step;
                    used += step;
                }
                keys.add(Secret.adopt(key));
            }
            return keys;
        } finally {
            Wipe.clear(pseudorandomKey);
            Wipe.clear(block);
        }
    }

    /** RFC 5869, section 2.2. */
    private static void extract(Secret salt, byte[] keyMaterial, byte[] out) {
        HmacEngine.Keyed keyed =
                salt.equals(NO_SALT) ? ZERO_SALTED.get() : Workbench.own().hmac.keyed(salt.array());
        MessageDigest message = keyed.start();
        message.update(keyMaterial);
        keyed.finish(message, out);
    }

    /** RFC 5869, section 2.3: T(i) = HMAC(PRK, T(i-1) ‖ info ‖ i), and T(0) is empty. */
    private static void nextBlock(HmacEngine.Keyed keyed, byte[] block, Bytes info, int blocksBefore) {
        MessageDigest message = keyed.start();
        if (blocksBefore > 0) {
            message.update(block);
        }
        message.update(info.array());
        message.update((byte) (blocksBefore + 1));
        keyed.finish(message, block);
    }

    private static void requireSize(int... sizes) {
        int sum = 0;
        for (int size : sizes) {
            if (size < 0 || size > MAX_SIZE - sum) {
                throw new IllegalArgumentException("HKDF gives at most " + MAX_SIZE + " bytes");
            }
            sum += size;
        }
    }
}
