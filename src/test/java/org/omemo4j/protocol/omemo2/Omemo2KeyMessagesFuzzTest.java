/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.omemo2.wire.OMEMOAuthenticatedMessage;
import org.omemo4j.protocol.omemo2.wire.OMEMOMessage;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

class Omemo2KeyMessagesFuzzTest {

    private final List<Bytes> good = goodMessages();

    @Test
    void damagedKeyMessagesAreReadOrRefused() {
        Fuzz.rounds(10_000)
                .bytes(
                        good,
                        input -> Omemo2.VERSION
                                .keyMessages()
                                .parse(new EncryptedKey(
                                        Optional.empty(), new DeviceId(1), input.size() % 2 == 0, input)),
                        MalformedMessageException.class);
    }

    @Test
    void damagedMessagesAreReadAsTheirSchemaSays() {
        Fuzz.rounds(10_000)
                .bytes(
                        good,
                        input -> assertThat(read(input)).isEqualTo(readBySchema(input)),
                        InvalidProtocolBufferException.class);
    }

    /** The fields, or nothing if it is refused. */
    private static Optional<WireReader.Inner> read(Bytes input) {
        try {
            return Optional.of(WireReader.message(
                    WireReader.authenticated(input.toByteArray()).message()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** The same by the code that protobuf's compiler makes from the schema. */
    private static Optional<WireReader.Inner> readBySchema(Bytes input) {
        try {
            OMEMOMessage message = OMEMOMessage.parseFrom(
                    OMEMOAuthenticatedMessage.parseFrom(input.toByteArray()).getMessage());
            return Optional.of(new WireReader.Inner(
                    message.getN(),
                    message.getPn(),
                    Bytes.of(message.getDhPub().toByteArray()),
                    Bytes.of(message.getCiphertext().toByteArray())));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static List<Bytes> goodMessages() {
        List<Bytes> messages = new ArrayList<>();
        for (VectorFile file : Vectors.files("generated/omemo2/ping_pong*.json")) {
            for (JsonNode event : file.json().get("events")) {
                if (event.has("message")) {
                    messages.add(Vectors.bytes(event.get("message"), "wire"));
                }
            }
        }
        return messages;
    }
}
