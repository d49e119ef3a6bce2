/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.omemo2.wire.OMEMOAuthenticatedMessage;
import org.omemo4j.protocol.omemo2.wire.OMEMOMessage;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.testkit.VectorVersion;

class WireReaderFuzzTest {

    @Test
    void damagedMessagesAreReadAsTheirSchemaSays() {
        List<Bytes> good = VectorVersion.OMEMO_2.keyMessages("ping_pong*.json");
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
}
