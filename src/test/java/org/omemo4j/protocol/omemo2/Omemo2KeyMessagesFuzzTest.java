/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

class Omemo2KeyMessagesFuzzTest {

    @Test
    void damagedKeyMessagesAreReadOrRefused() {
        List<Bytes> good = new ArrayList<>();
        for (VectorFile file : Vectors.files("generated/omemo2/ping_pong*.json")) {
            for (JsonNode event : file.json().get("events")) {
                if (event.has("message")) {
                    good.add(Vectors.bytes(event.get("message"), "wire"));
                }
            }
        }

        Fuzz.rounds(10_000)
                .bytes(
                        good,
                        input -> Omemo2.VERSION
                                .keyMessages()
                                .parse(new EncryptedKey(
                                        Optional.empty(), new DeviceId(1), input.size() % 2 == 0, input)),
                        MalformedMessageException.class);
    }
}
