/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;

/**
 * One thread's tools.  Looking up a JDK digest or cipher costs more than using it on a short message (a whole key message takes
 * 3 microseconds with kept objects, 10 without), and none of them may be shared; so each thread keeps its own.
 */
final class Workbench {

    private static final ThreadLocal<Workbench> OWN = ThreadLocal.withInitial(Workbench::new);

    final HmacEngine hmac = new HmacEngine(digest("SHA-256"));
    final MessageDigest sha512 = digest("SHA-512");
    final Cipher aesCbc = cipher("AES/CBC/PKCS5Padding");

    static Workbench own() {
        return OWN.get();
    }

    static Cipher cipher(String transformation) {
        try {
            return Cipher.getInstance(transformation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + transformation, e);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
        }
    }
}
