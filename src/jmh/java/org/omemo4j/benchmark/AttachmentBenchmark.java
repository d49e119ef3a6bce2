/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.SecureRandom;
import org.omemo4j.crypto.AesGcm;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DecryptionException;
import org.omemo4j.crypto.Secret;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A file of 8 MiB, AES-256-GCM. */
@State(Scope.Thread)
public class AttachmentBenchmark {

    private static final int FILE_SIZE = 8 << 20;

    private final SecureRandom random = new SecureRandom();
    private final Secret key = Secret.random(random, 32);
    private final Bytes iv = Bytes.of(Secret.random(random, 12).reveal());
    private final Secret file = Secret.random(random, FILE_SIZE);
    private final Bytes encrypted = encrypt();

    /** One IV for all: the files are equal. */
    @Benchmark
    public final Bytes encrypt() {
        return AesGcm.encrypt(key, iv, Bytes.EMPTY, file);
    }

    @Benchmark
    public Secret decrypt() throws DecryptionException {
        return AesGcm.decrypt(key, iv, Bytes.EMPTY, encrypted);
    }
}
