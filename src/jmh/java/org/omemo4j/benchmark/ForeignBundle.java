/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.X3dh;

/** The bundle of a device that never reads. */
final class ForeignBundle {

    private ForeignBundle() {}

    static Bundle withPreKeys(int count, SecureRandom random) {
        IdentityKeyPair identity = IdentityKeyPair.generate(random);
        List<PreKey> preKeys = IntStream.rangeClosed(1, count)
                .mapToObj(id -> new PreKey(id, X25519KeyPair.generate(random).publicKey()))
                .toList();
        return new Bundle(
                identity.publicKey(),
                new X3dh(Omemo2.VERSION.x3dh())
                        .sign(identity, 1, X25519KeyPair.generate(random), random)
                        .signedPreKey(),
                preKeys);
    }
}
