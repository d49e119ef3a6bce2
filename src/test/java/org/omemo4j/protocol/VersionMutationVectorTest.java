/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.testkit.ScriptedParty;
import org.omemo4j.testkit.ScriptedParty.Refused;
import org.omemo4j.testkit.ScriptedParty.Session;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.VectorVersion;

/** Each damaged message gives its typed outcome and changes nothing; the undamaged one reads afterwards. */
class VersionMutationVectorTest {

    @TestFactory
    Stream<DynamicTest> damagedKeyMessages() {
        return VectorVersion.mutationTests("cases", (version, file, vector) -> {
            Reader bob = new Reader(version, file);
            Bytes wire = bytes(vector, "wire");
            switch (text(vector, "expect")) {
                case "accept" -> assertThat(bob.read(wire)).isEqualTo(bob.plaintext);
                case "reject" -> bob.refuses(wire, bob.payload);
                case "accept_after_session" -> {
                    bob.refuses(wire, bob.payload);
                    assertThat(bob.readsWithinTheSession(wire)).isEqualTo(bob.plaintext);
                }
                default -> throw new IllegalStateException("an unknown expectation: " + vector);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> damagedPayloads() {
        return VectorVersion.mutationTests("payload_cases", (version, file, vector) -> {
            Reader bob = new Reader(version, file);
            Optional<Payload> payload = Optional.of(version.payload(file.get("original"), bytes(vector, "payload")));

            assertThat(text(vector, "expect")).isEqualTo("reject");
            bob.refuses(bob.original, payload);
        });
    }

    /** Bob in his initial state, and the message that was damaged. */
    private static final class Reader {

        private final ScriptedParty bob;
        private final VectorVersion version;
        private final JsonNode file;
        private final Bytes original;
        private final Optional<Payload> payload;
        private final Optional<Bytes> plaintext;

        Reader(VectorVersion version, JsonNode file) {
            JsonNode message = file.get("original");
            this.version = version;
            this.file = file;
            this.bob = VectorParties.of(version.version(), file, "bob");
            this.original = bytes(message, "wire");
            this.payload = Optional.of(version.payload(message, bytes(message, "payload")));
            this.plaintext = Optional.of(Bytes.of(text(message, "plaintext").getBytes(StandardCharsets.UTF_8)));
        }

        Optional<Bytes> read(Bytes wire) throws Refused {
            return bob.receive(key(wire), payload);
        }

        void refuses(Bytes wire, Optional<Payload> damaged) throws Refused {
            List<Session> sessions = bob.sessions();
            List<Integer> preKeys = bob.preKeyIds();

            assertThatExceptionOfType(Refused.class).isThrownBy(() -> bob.receive(key(wire), damaged));

            assertThat(bob.sessions()).isEqualTo(sessions);
            assertThat(bob.preKeyIds()).isEqualTo(preKeys);
            assertThat(read(original)).isEqualTo(plaintext);
        }

        /** Bob has the session already, from another message with the same key exchange. */
        Optional<Bytes> readsWithinTheSession(Bytes wire) throws Exception {
            Reader fresh = new Reader(version, file);
            ReceivedKey received = version.version().keyMessages().parse(key(original));
            fresh.bob.begin(received.exchange().orElseThrow());
            return fresh.read(wire);
        }

        private EncryptedKey key(Bytes wire) {
            return new EncryptedKey(
                    Optional.of(bob.address().jid()), bob.address().device(), true, wire);
        }
    }
}
