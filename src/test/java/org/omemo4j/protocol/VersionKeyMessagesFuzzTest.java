/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.VectorVersion;

class VersionKeyMessagesFuzzTest {

    @ParameterizedTest
    @EnumSource
    void damagedKeyMessagesAreReadOrRefused(VectorVersion version) {
        List<Bytes> good = version.keyMessages("ping_pong*.json");
        Fuzz.rounds(10_000)
                .bytes(
                        good,
                        input -> version.version()
                                .keyMessages()
                                .parse(new EncryptedKey(
                                        Optional.empty(), new DeviceId(1), input.size() % 2 == 0, input)),
                        MalformedMessageException.class);
    }
}
