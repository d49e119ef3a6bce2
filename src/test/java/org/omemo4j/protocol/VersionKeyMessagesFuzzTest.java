/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.VectorVersion;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

class VersionKeyMessagesFuzzTest {

    @ParameterizedTest
    @EnumSource
    void damagedKeyMessagesAreReadOrRefused(VectorVersion version) {
        List<Bytes> good = new ArrayList<>();
        for (VectorFile file : version.files("ping_pong*.json")) {
            for (JsonNode event : file.json().get("events")) {
                if (event.has("message")) {
                    good.add(Vectors.bytes(event.get("message"), "wire"));
                }
            }
        }

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
