/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.DigestException;
import java.security.MessageDigest;

/**
 * HMAC-SHA-256 (RFC 2104) on one JDK digest object.  Not {@code javax.crypto.Mac}, for two reasons: its keys are copied into
 * objects that cannot be wiped, and HKDF is a third faster when the two keyed digest states are kept and cloned.  Belongs to one
 * thread.
 */
final class HmacEngine {

    static final int SIZE = 32;
    private static final int BLOCK = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private final MessageDigest digest;
    private final byte[] block = new byte[BLOCK];
    private final byte[] inner = new byte[SIZE];

    HmacEngine(MessageDigest digest) {
        this.digest = digest;
    }

    /** The MAC of the parts, one after the other, written to {@code out}. */
    void mac(byte[] key, byte[] out, Bytes... parts) {
        try {
            pad(key);
            digest.update(block);
            for (Bytes part : parts) {
                digest.update(part.array());
            }
            finish(out);
        } finally {
            clear();
        }
    }

    /** The MAC of a single byte: a step of a symmetric chain. */
    void mac(byte[] key, byte message, byte[] out) {
        try {
            pad(key);
            digest.update(block);
            digest.update(message);
            finish(out);
        } finally {
            clear();
        }
    }

    /** The two digest states after the key, for many MACs under one key. */
    Keyed keyed(byte[] key) {
        try {
            pad(key);
            digest.update(block);
            MessageDigest innerState = copy(digest);
            digest.reset();
            turnPad();
            digest.update(block);
            MessageDigest outerState = copy(digest);
            digest.reset();
            return new Keyed(innerState, outerState);
        } finally {
            clear();
        }
    }

    /** A key made ready for use; as secret as the key, and out of reach for wiping in the JDK's digest objects. */
    static final class Keyed {

        private final MessageDigest innerState;
        private final MessageDigest outerState;
        private final byte[] inner = new byte[SIZE];

        private Keyed(MessageDigest innerState, MessageDigest outerState) {
            this.innerState = innerState;
            this.outerState = outerState;
        }

        /** A digest that has the key in it and waits for the message. */
        MessageDigest start() {
            return copy(innerState);
        }

        /** Ends a message that began with {@link #start()}. */
        void finish(MessageDigest started, byte[] out) {
            try {
                digestInto(started, inner);
                MessageDigest outer = copy(outerState);
                outer.update(inner);
                digestInto(outer, out);
            } finally {
                Wipe.clear(inner);
            }
        }
    }

    private void pad(byte[] key) {
        if (key.length > BLOCK) {
            digest.update(key);
            digestInto(digest, block);
        } else {
            System.arraycopy(key, 0, block, 0, key.length);
        }
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= INNER_PAD;
        }
    }

    private void turnPad() {
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= INNER_PAD ^ OUTER_PAD;
        }
    }

    private void finish(byte[] out) {
        digestInto(digest, inner);
        turnPad();
        digest.update(block);
        digest.update(inner);
        digestInto(digest, out);
    }

    private void clear() {
        Wipe.clear(block);
        Wipe.clear(inner);
    }

    private static void digestInto(MessageDigest digest, byte[] out) {
        try {
            digest.digest(out, 0, SIZE);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 needs " + SIZE + " bytes, had " + out.length, e);
        }
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java runtime's SHA-256 cannot be cloned", e);
        }
    }
}
