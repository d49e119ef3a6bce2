/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

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
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.testkit.ScriptedParty;
import org.omemo4j.testkit.ScriptedParty.Refused;
import org.omemo4j.testkit.ScriptedParty.Session;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.Vectors;

/** Each damaged message gives its typed outcome and changes nothing; the undamaged one reads afterwards. */
class Omemo2MutationVectorTest {

    private static final String FILES = "generated/omemo2/mutations*.json";

    @TestFactory
    Stream<DynamicTest> damagedKeyMessages() {
        return Vectors.tests(FILES, "/cases", (file, vector) -> {
            Reader bob = new Reader(file);
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
        return Vectors.tests(FILES, "/payload_cases", (file, vector) -> {
            Reader bob = new Reader(file);
            Optional<Payload> payload = Optional.of(new Payload(Bytes.EMPTY, Optional.of(bytes(vector, "payload"))));

            assertThat(text(vector, "expect")).isEqualTo("reject");
            bob.refuses(bob.original, payload);
        });
    }

    /** Bob in his initial state, and the message that was damaged. */
    private static final class Reader {

        private final ScriptedParty bob;
        private final JsonNode file;
        private final Bytes original;
        private final Optional<Payload> payload;
        private final Optional<Bytes> plaintext;

        Reader(JsonNode file) {
            JsonNode message = file.get("original");
            this.file = file;
            this.bob = VectorParties.of(Omemo2.VERSION, file, "bob");
            this.original = bytes(message, "wire");
            this.payload = Optional.of(new Payload(Bytes.EMPTY, Optional.of(bytes(message, "payload"))));
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
            Reader fresh = new Reader(file);
            ReceivedKey received = Omemo2.VERSION.keyMessages().parse(key(original));
            fresh.bob.begin(received.exchange().orElseThrow());
            return fresh.read(wire);
        }

        private EncryptedKey key(Bytes wire) {
            return new EncryptedKey(
                    Optional.of(bob.address().jid()), bob.address().device(), true, wire);
        }
    }
}
